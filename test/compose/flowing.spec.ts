import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, from, map, NEVER, of, Subject, take, takeWhile, tap, type Observable } from 'rxjs';
import {
  createSession, fromAsync, line, lines, outcome, result, run, text, type Agent, type AgentContext, type AgentOutput, type Brief, type Task,
} from '../../src/index.js';
import { flowing } from '../../src/compose/flowing.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'work' };
const no = new Error('no');
const outputs: Record<string, AgentOutput> = { 1: line('1'), 2: line('2'), 3: line('3'), l: line('l'), r: result('r'), x: result('x') };

/** Says what its brief's context is, and what it hears, until it hears that the other has ended. */
const telling: Agent = ({ context }, steering) => concat(
  of(`from ${context}`),
  steering.pipe(takeWhile((words) => !words.includes('has ended'), true), map((words) => `heard ${words}`)),
);
const said = { a: 'from 1', b: 'heard 2', c: 'heard 3', e: 'heard a has ended.', m: 'heard 2\n3' };

describe('flowing', () => {
  describe('as a stream of outputs', () => {
    it('should start the second on the first lines, and steer it with the later ones', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -1--2-3-|', outputs);
        const subs = '       ^-------!';
        const expected = '   -a--b-c-(e|)';
        const a = () => first;
        expectObservable(run(flowing(a, telling), brief).pipe(lines())).toBe(expected, said);
        expectSubscriptions(first.subscriptions).toBe(subs);
      });
    });

    it('should say in one message what comes at one time', () => {
      const seen: string[] = [];
      const second: Agent = ({ context }, steering) => {
        seen.push(context!);
        return steering.pipe(tap((words) => { seen.push(words); }), takeWhile((words) => !words.includes('ended'), true));
      };
      marbles(({ cold, expectObservable }) => {
        const first = cold('-(123)-(231|)', outputs);
        const a = () => first;
        expectObservable(run(flowing(a, second), brief).pipe(outcome()))
          .toBe('-------(e|)', { e: { type: 'completed', result: 'a has ended.' } });
      });
      expect(seen).toEqual(['1\n2\n3', '2\n3\n1', 'a has ended.']);
    });

    it('should have the result of the second, and stop the first when that has ended', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold('  -1--2--3--', outputs);
        const second = cold('  --l-r|   ', outputs);
        const subs1 = '       ^-----!   ';
        const subs2 = '       -^----!   ';
        const expected = '    ---l-r|   ';
        expectObservable(run(flowing(() => first, () => second), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should start the second with the result of a first that printed nothing', () => {
      marbles(({ cold, expectObservable }) => {
        const first = cold('  -x-| ', outputs);
        const second: Agent = ({ context }) => [`from ${context}`];
        expectObservable(run(flowing(() => first, second), brief).pipe(lines())).toBe('---(f|)', { f: 'from x' });
      });
    });

    it('should fail with what the first fails with, and stop the second', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold('  -1--#    ', outputs, no);
        const second = cold('  --l----r|', outputs);
        const subs2 = '       -^--!    ';
        const failed = { f: { type: 'failed', error: { code: 'agent_error', name: 'AgentError', message: 'no' } } };
        expectObservable(run(flowing(() => first, () => second), brief).pipe(outcome())).toBe('----(f|)', failed);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should fail where the first fails before it printed, and start no second', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const second = cold('--l----r|', outputs);
        expectObservable(run(flowing(() => cold('-#', outputs, no), () => second), brief).pipe(outcome()))
          .toBe('-(f|)', { f: expect.objectContaining({ error: expect.objectContaining({ message: 'no' }) }) });
        expectSubscriptions(second.subscriptions).toBe([]);
      });
    });

    it('should fail with what the second fails with, and stop the first', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -1--2--3--', outputs);
        const second = cold(' --l#     ', outputs, no);
        const expected = '   ---l#     ';
        expectObservable(run(flowing(() => first, () => second), brief)).toBe(expected, outputs, no);
        expectSubscriptions(first.subscriptions).toBe('^---!');
      });
    });

    it('should never emit where neither does', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold('-');
        expectObservable(run(flowing(() => first, () => NEVER), brief)).toBe('-');
        expectSubscriptions(first.subscriptions).toBe('^');
      });
    });

    it('should stop both when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -1--2--3--', outputs);
        const second = cold(' --l-l-l--', outputs);
        const unsub = '      ------!   ';
        expectObservable(run(flowing(() => first, () => second), brief), unsub).toBe('---l-l-', outputs);
        expectSubscriptions(first.subscriptions).toBe(' ^-----!');
        expectSubscriptions(second.subscriptions).toBe('-^----!');
      });
    });
  });

  describe('in a task', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler });
    const start = (a: Agent, b: Agent, asked: Brief = brief): Task => session.delegate(flowing(a, b), asked);
    const childOf = (task: Task): Task => session.tasks().find(({ parentId }) => parentId === task.id)!;

    it('should run the first as a child, the second in the task', () => {
      const first = new Subject<string>();
      const ids: string[] = [];
      const task = start(function reader() { return first; }, (_brief, _steering, { taskId }) => { ids.push(taskId); return NEVER; });
      const child = childOf(task);
      expect(child.id).toMatch(/^reader-/);
      first.next('1');
      advance(0);
      expect(ids).toEqual([task.id]);
      task.cancel('enough');
      expect(child.outcome).toMatchObject({ type: 'cancelled' });
    });

    it('should give both the brief, and the second the first lines behind its context', () => {
      const briefs: Brief[] = [];
      const look = (agent: Agent): Agent => (given, ...rest) => {
        briefs.push(given);
        return agent(given, ...rest);
      };
      const asked = { goal: 'work', context: 'before', pages: 3 };
      start(look(() => ['1', '2']), look(() => ['b']), asked);
      advance(0);
      expect(briefs).toEqual([asked, { ...asked, context: 'before\n\n1\n2' }]);
    });

    it('should hand on lines of a stream whole, however long they are', () => {
      const long = 'x'.repeat(2_000);
      const chunks = [text(long.slice(0, 900)), text(`${long.slice(900)}\n`)];
      const task = start(() => chunks, ({ context }) => [result(String(context!.length))]);
      advance(0);
      expect(task.outcome).toMatchObject({ result: '2000' });
    });

    it('should tell the second the result of the first where that put one out', () => {
      const heard: string[] = [];
      const second: Agent = (_brief, steering) => steering.pipe(tap((words) => { heard.push(words); }), take(1));
      start(function reader() { return ['1', result({ pages: 3 })] as never; }, second);
      advance(0);
      expect(heard).toEqual(['reader has ended: {"pages":3}']);
    });

    it('should cancel the first with a reason when the second has ended, and hear of that end', () => {
      const first = new Subject<string>();
      const task = start(() => first, function writer() { return ['done']; });
      const child = childOf(task);
      first.next('1');
      advance(0);
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'done' });
      expect(child.outcome).toMatchObject({ type: 'cancelled', reason: 'writer has ended' });
      expect(session.unheard().map(({ id }) => id)).not.toContain(child.id);
      expect(child.isHeard).toBe(true);
    });

    it('should fail where the first is cancelled by somebody else', () => {
      const task = start(() => concat(of('1'), NEVER), () => NEVER);
      advance(0);
      childOf(task).cancel('not wanted');
      expect(task.outcome).toMatchObject({ type: 'failed', error: { message: 'The task was cancelled: not wanted' } });
    });

    it('should fail as no_result where the second says nothing, whatever the first did', () => {
      const task = start(() => ['1', result('found')], () => EMPTY);
      advance(0);
      expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'no_result' } });
    });

    it('should give both the messages of the task, once each, with true receipts, and the second those that came before it', () => {
      const heard: [string, string][] = [];
      const hearing = (name: string, first: Observable<string> = EMPTY): Agent => (_brief, steering) => {
        steering.subscribe((words) => { heard.push([name, words]); });
        return concat(first, NEVER);
      };
      const printed = new Subject<string>();
      const task = start(hearing('a', printed), hearing('b'));
      expect(task.steer('one').state).toBe('delivered');
      expect(heard).toEqual([['a', 'one']]);
      printed.next('1');
      advance(0);
      expect(task.steer('two').state).toBe('delivered');
      expect(heard.slice(1).sort()).toEqual([['a', 'two'], ['b', 'one'], ['b', 'two']]);
      task.cancel();
    });

    it('should let a message wait that the first has not taken, and then give it to the second as well', () => {
      const contexts: AgentContext[] = [];
      const printed = new Subject<string>();
      const a: Agent = (_brief, _steering, context) => { contexts.push(context); return printed; };
      const b: Agent = (_brief, _steering, context) => { contexts.push(context); return NEVER; };
      const task = start(a, b);
      const receipt = task.steer('one');
      expect(receipt.state).toBe('queued');
      printed.next('1');
      advance(0);
      const settled = watch(receipt.settled);
      expect(settled).toEqual([]);
      expect(contexts[1]!.takeSteering()).toEqual(['one']);
      expect(settled).toMatchObject([{ state: 'delivered' }, '|']);
      expect(contexts[0]!.takeSteering()).toEqual(['one']);
      const missed = task.steer('two');
      task.cancel();
      expect(watch(missed.settled)).toMatchObject([{ state: 'missed', reason: 'cancelled' }, '|']);
    });

    it('should let messages wait where the first does not listen', () => {
      const printed = new Subject<string>();
      const deaf: Agent = Object.assign(() => printed, { steerable: false });
      const task = start(deaf, (_brief, steering) => steering.pipe(take(1)));
      const receipt = task.steer('one');
      expect(receipt.state).toBe('queued');
      printed.next('1');
      advance(0);
      expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
      expect(task.outcome).toMatchObject({ result: 'one' });
    });

    it('should go on where the session keeps nothing of a first that has ended', () => {
      const forgetful = createSession({ scheduler, retain: { count: 0, unheard: 0 } });
      const task = forgetful.delegate(flowing(() => ['1'], ({ context }) => [`from ${context}`]), brief);
      advance(0);
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'from 1' });
    });

    it('should fail where no child may be started', () => {
      const shallow = createSession({ maxDepth: 1 });
      expect(shallow.delegate(flowing(() => ['1'], () => ['b']), brief).outcome)
        .toMatchObject({ type: 'failed', error: { name: 'DepthExceededError' } });
    });
  });

  it('should not make a message of each line of a burst that comes turn by turn', async () => {
    const heard: string[] = [];
    const first = fromAsync(async function* () {
      yield 'begin';
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      for (let n = 0; n < 100; n++) yield String(n);
      return 'all';
    });
    const second: Agent = (_brief, steering) => steering.pipe(
      tap((words) => { heard.push(words); }), takeWhile((words) => !words.includes('has ended'), true),
    );
    const task = createSession().delegate(flowing(first, second), brief);
    await new Promise<void>((resolve) => { task.ended.subscribe(() => { resolve(); }); });
    expect(heard.join('\n').split('\n')).toHaveLength(101);
    expect(heard.length).toBeLessThan(20);
  });

  it('should be called flowing', () => {
    expect(flowing(() => ['a'], () => ['b']).name).toBe('flowing');
  });

  const fine = (): string[] => ['a'];
  const task = createSession().delegate(fine, brief);
  it.each<[string, () => unknown, string]>([
    ['a task as first', () => flowing(task as never, fine), 'Expected `a` to be an agent, got a task'],
    ['a stream as second', () => flowing(fine, from(['a']) as never), 'Expected `b` to be an agent, got a stream'],
    ['no second', () => (flowing as (a: Agent) => unknown)(fine), 'Expected `b` to be an agent, got undefined.'],
    ['a second that is deaf', () => flowing(fine, Object.assign(function coder() { return ['a']; }, { steerable: false })),
      'Expected `b` to listen to steering, and coder says that it does not. Use sequence instead.'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
