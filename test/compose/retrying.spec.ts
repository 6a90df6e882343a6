import { describe, expect, it } from '@jest/globals';
import { concat, defer, EMPTY, from, NEVER, of, Subject, take, tap, throwError, type Observable } from 'rxjs';
import {
  attempt, BudgetExceededError, createSession, line, NotStartedError, outcome, result, run, text, type Agent, type AgentContext,
  type AgentOutput, type Brief,
} from '../../src/index.js';
import { retrying } from '../../src/compose/retrying.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';
import { inTurn } from './support/inTurn.js';

const brief = { goal: 'try' };
const outputs: Record<string, AgentOutput> = {
  l: line('l'), m: line('m'), r: result('r'), w: result('wrong'), A: attempt('no'),
  N: attempt('The agent ended without a result and without a single line. Let it print, return or emit something.'),
};
const no = new Error('no');
const failing = (error: unknown = no): Observable<never> => throwError(() => error);
const delegated = (agent: Agent) => createSession().delegate(agent, brief);

describe('retrying', () => {
  describe('as a stream of outputs', () => {
    it('should leave an agent alone that does not fail', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const agent = cold(' -l-r-|', outputs);
        const subs = '       ^----!';
        const expected = '   -l-r-|';
        expectObservable(run(retrying(() => agent), brief)).toBe(expected, outputs);
        expectSubscriptions(agent.subscriptions).toBe(subs);
      });
    });

    it('should try it again when it fails, and say why', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-w-#     ', outputs, no);
        const second = cold('     -m-r-|', outputs);
        const subs1 = '      ^----!     ';
        const subs2 = '      -----^----!';
        const expected = '   -l-w-Am-r-|';
        expectObservable(run(retrying(inTurn(first, second)), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should begin the next attempt after the delay, with its output', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-#          ', outputs, no);
        const second = cold('         -m-r|', outputs);
        const subs1 = '      ^--!          ';
        const subs2 = '      --------^---! ';
        const expected = '   -l------Am-r| ';
        expectObservable(run(retrying(inTurn(first, second), { delay: 5 }), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should fail as the last attempt does', () => {
      const last = new RangeError('the last');
      marbles(({ cold, expectObservable }) => {
        const answers = [cold('-#', outputs, no), cold('-#', outputs, no), cold('--#', outputs, last)];
        const expected = '     -AA-#';
        expectObservable(run(retrying(inTurn(...answers)), brief)).toBe(expected, outputs, last);
      });
    });

    it('should try no more often than is said', () => {
      marbles(({ cold, expectObservable }) => {
        expectObservable(run(retrying(() => cold('-#', outputs, no), { count: 0 }), brief)).toBe('-#', outputs, no);
        expectObservable(run(retrying(() => cold('-#', outputs, no), { count: 1 }), brief)).toBe('-A#', outputs, no);
        expectObservable(run(retrying(() => cold('-#', outputs, no), { count: Infinity }), brief).pipe(take(5))).toBe('-AAAA(A|)', outputs);
      });
    });

    it('should try an agent again that came to no result', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' --|    ', outputs);
        const second = cold('  -r-| ', outputs);
        const expected = '   --Nr-| ';
        expectObservable(run(retrying(inTurn(first, second)), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe('^-!');
      });
    });

    it('should never emit where the agent never does', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const agent = cold('-');
        expectObservable(run(retrying(() => agent), brief)).toBe('-');
        expectSubscriptions(agent.subscriptions).toBe('^');
      });
    });

    it('should stop all when it is unsubscribed, in an attempt and between two', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-#       ', outputs, no);
        const second = cold('     -m-r-|', outputs);
        const unsub = '      -------!   ';
        const subs1 = '      ^--!       ';
        const subs2 = '      -----^-!   ';
        const expected = '   -l---Am    ';
        expectObservable(run(retrying(inTurn(first, second), { delay: 2 }), brief), unsub).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-#    ', outputs, no);
        const second = cold('     -r|', outputs);
        const unsub = '      ----!   ';
        expectObservable(run(retrying(inTurn(first, second), { delay: 2 }), brief), unsub).toBe('-l---', outputs);
        expectSubscriptions(second.subscriptions).toBe([]);
      });
    });

    it('should leave the event loop to others, also where it is tried for ever', async () => {
      let tries = 0;
      const subscription = run(retrying(() => defer(() => { tries += 1; return failing(); }), { count: Infinity }), brief).subscribe();
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      subscription.unsubscribe();
      const then = tries;
      expect(then).toBeGreaterThan(1);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
      expect(tries).toBe(then);
    });
  });

  describe('by its options', () => {
    it('should wait as long as is found for the attempt that failed', () => {
      const given: [number, unknown][] = [];
      const delay = (failed: number, error: unknown): number => {
        given.push([failed, error]);
        return 2 * failed;
      };
      marbles(({ cold, expectObservable }) => {
        expectObservable(run(retrying(() => cold('-#', outputs, no), { delay }), brief)).toBe('---A----A#', outputs, no);
      });
      expect(given).toEqual([[1, no], [2, no]]);
    });

    it('should wait by the clock of the session', () => {
      const { scheduler, advance } = createVirtualTime();
      const agent = retrying(inTurn<Observable<string>>(failing(), of('fine')), { delay: 60_000 });
      const task = createSession({ scheduler }).delegate(agent, brief);
      advance(59_999);
      expect(task.status).toBe('running');
      advance(1);
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'fine', attempt: 2 });
    });

    it('should try only those failures again that `when` says', () => {
      const fatal = new Error('fatal');
      marbles(({ cold, expectObservable }) => {
        const answers = [cold('-#', outputs, no), cold('-#', outputs, fatal)];
        expectObservable(run(retrying(inTurn(...answers), { when: (error) => error === no }), brief)).toBe('-A#', outputs, fatal);
      });
    });

    it('should know failures by the codes with which a task fails', () => {
      const notStarted = new NotStartedError('no such program');
      marbles(({ cold, expectObservable }) => {
        const answers = () => inTurn(cold('-#', outputs, no), cold('-|', outputs), cold('-#', outputs, notStarted), cold('-r|', outputs));
        const all = { count: 5, when: ['agent_error', 'no_result', 'not_started'] } as const;
        expectObservable(run(retrying(answers(), all), brief)).toBe('-ANBr|', { ...outputs, B: attempt('no such program') });
        expectObservable(run(retrying(answers(), { when: ['agent_error'] }), brief).pipe(outcome()))
          .toBe('--(f|)', { f: expect.objectContaining({ error: expect.objectContaining({ code: 'no_result' }) }) });
        expectObservable(run(retrying(answers(), { when: [] }), brief)).toBe('-#', outputs, no);
      });
    });

    it('should not try again what has no budget left, unless that is said', () => {
      const spent = new BudgetExceededError('no tokens left');
      marbles(({ cold, expectObservable }) => {
        expectObservable(run(retrying(() => cold('-#', outputs, spent)), brief)).toBe('-#', outputs, spent);
        expectObservable(run(retrying(() => cold('-#', outputs, spent), { count: 1, when: ['budget_exceeded'] }), brief))
          .toBe('-B#', { B: attempt('no tokens left') }, spent);
      });
    });

    it('should give each attempt the brief that `with` makes of the first one', () => {
      const briefs: Brief[] = [];
      const agent = (given: Brief) => {
        briefs.push(given);
        return briefs.length < 3 ? failing(new Error(`no ${briefs.length}`)) : of('fine');
      };
      const again = retrying(agent, { with: (given, error, failed) => ({ ...given, context: `${failed}: ${(error as Error).message}` }) });
      marbles(({ expectObservable }) => {
        expectObservable(run(again, brief)).toBe('(abl|)', { a: attempt('no 1'), b: attempt('no 2'), l: line('fine') });
      });
      expect(briefs).toEqual([brief, { ...brief, context: '1: no 1' }, { ...brief, context: '2: no 2' }]);
    });

    it.each<[string, Parameters<typeof retrying>[1]]>([
      ['when', { when: () => { throw new RangeError('mine'); } }],
      ['with', { with: () => { throw new RangeError('mine'); } }],
      ['delay', { delay: () => { throw new RangeError('mine'); } }],
    ])('should fail with what `%s` throws', (_, options) => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const agent = cold('-l-#', outputs, no);
        expectObservable(run(retrying(() => agent, options), brief)).toBe('-l-#', outputs, new RangeError('mine'));
        expectSubscriptions(agent.subscriptions).toBe('^--!');
      });
    });

    it.each<[string, Parameters<typeof retrying>[1], RegExp]>([
      ['delay', { delay: () => NaN }, /^Expected `delay` to be a number of milliseconds .* got NaN\.$/],
      ['with', { with: () => ({ goal: ' ' }) }, /^Expected `brief.goal` to be a string that is not blank/],
    ])('should fail with a sentence where `%s` answers what it must not', (_, options, sentence) => {
      expect(createSession().delegate(retrying(() => failing(), options), brief).outcome)
        .toMatchObject({ type: 'failed', error: { name: 'InvalidArgumentError', message: expect.stringMatching(sentence) } });
    });
  });

  describe('in a task', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler });

    it('should count attempts, and have no result of those that failed', () => {
      const agent = inTurn<Observable<AgentOutput>>(
        concat(of(result('wrong'), text('half a li')), failing()), of(text('whole\nright')),
      );
      const task = session.delegate(retrying(agent), brief);
      const attempts = watch(task.events);
      advance(1);
      expect(task.snapshot()).toMatchObject({ preview: ['half a li', 'whole', 'right'], outcome: { result: 'right', attempt: 2 } });
      expect(attempts).toContainEqual(expect.objectContaining({ type: 'attempt', attempt: 2, reason: 'no' }));
    });

    it('should have nothing of a failed attempt where the last one says nothing', () => {
      const agent = inTurn<Observable<AgentOutput>>(concat(of(result('wrong')), failing()), EMPTY);
      const task = session.delegate(retrying(agent, { count: 1 }), brief);
      advance(1);
      expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'no_result' } });
    });

    it('should be one task: the same id, depth and children', () => {
      const contexts: AgentContext[] = [];
      const agent: Agent = (_brief, _steering, context) => {
        contexts.push(context);
        context.delegate(() => NEVER, brief, { name: 'child' });
        return contexts.length < 2 ? failing() : of('fine');
      };
      const task = session.delegate(retrying(agent), brief);
      advance(0);
      advance(1);
      expect(contexts.map(({ taskId, depth }) => [taskId, depth])).toEqual([[task.id, 1], [task.id, 1]]);
      expect(contexts[1]!.tasks()).toHaveLength(2);
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'fine' });
    });

    it('should hand a message that one attempt did not take to the next, with a true receipt', () => {
      const heard: string[] = [];
      const first = new Subject<string>();
      const turn = inTurn<Agent>(() => first, (_brief, steering) => steering.pipe(take(1), tap((words) => { heard.push(words); })));
      const task = session.delegate(retrying((...given: Parameters<Agent>) => turn()(...given)), brief);
      const receipt = task.steer('left');
      expect(receipt.state).toBe('queued');
      first.error(no);
      advance(1);
      expect(heard).toEqual(['left']);
      expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
      expect(task.outcome).toMatchObject({ type: 'completed', result: 'left' });
    });

    it('should let the next attempt go on from what one saved', () => {
      const agent: Agent = (_brief, _steering, { save, saved }) => {
        if (saved !== undefined) return [`on from ${JSON.stringify(saved)}`];
        save({ page: 7 });
        return failing();
      };
      const task = session.delegate(retrying(agent), brief);
      advance(1);
      expect(task.outcome).toMatchObject({ result: 'on from {"page":7}' });
    });

    it('should stop with its task, and let its signal abort', () => {
      const contexts: AgentContext[] = [];
      const agent: Agent = (_brief, _steering, context) => {
        contexts.push(context);
        return contexts.length < 2 ? failing() : NEVER;
      };
      const task = session.delegate(retrying(agent), brief);
      const { signal } = contexts[0]!;
      advance(1);
      const { signal: second } = contexts[1]!;
      task.cancel('enough');
      expect([signal.aborted, second.aborted]).toEqual([false, true]);
      expect(String(second.reason)).toContain('enough');
    });

    it('should count once for each attempt where the whole is tried again from outside, too', () => {
      let runs = 0;
      const agent: Agent = () => ++runs < 4 ? failing() : of('fine');
      const nested = retrying(retrying(agent, { count: 1 }), { count: 1 });
      const task = session.delegate(nested, brief);
      for (let turn = 0; turn < 4; turn++) advance(1);
      expect([runs, task.outcome]).toMatchObject([4, { type: 'completed', attempt: 4 }]);
    });
  });

  it('should be called what the agent is called, and say of itself what it says', () => {
    const coder = Object.assign(function coder() { return ['a']; }, { steerable: false, description: 'writes code' });
    const wrapped = retrying(coder);
    expect([wrapped.name, wrapped.steerable, wrapped.description]).toEqual(['coder', false, 'writes code']);
    expect(delegated(wrapped).id).toMatch(/^coder-/);
  });

  it.each<[string, () => unknown, string]>([
    ['a task', () => retrying(delegated(() => ['a']) as never), 'Expected `agent` to be an agent, got a task'],
    ['a stream', () => retrying(from(['a']) as never), 'Expected `agent` to be an agent, got a stream'],
    ['a count of -1', () => retrying(() => ['a'], { count: -1 }), 'Expected `count` to be a whole number from 0, or Infinity, got -1.'],
    ['a count of NaN', () => retrying(() => ['a'], { count: NaN }), 'Expected `count` to be a whole number from 0, or Infinity, got NaN.'],
    ['a delay of -1', () => retrying(() => ['a'], { delay: -1 }), 'Expected `delay` to be a number of milliseconds'],
    ['a delay of Infinity', () => retrying(() => ['a'], { delay: Infinity }), 'Expected `delay` to be a number of milliseconds'],
    ['no codes', () => retrying(() => ['a'], { when: 'stalled' as never }), 'Expected `when` to be a function, or a list of agent_error'],
    ['an unknown code', () => retrying(() => ['a'], { when: ['staled' as never] }), 'Expected `when` to be a function, or a list of'],
    ['no function', () => retrying(() => ['a'], { with: brief as never }), 'Expected `with` to be a function, got an object.'],
    ['an unknown option', () => retrying(() => ['a'], { times: 3 } as never), 'Unknown field `times` in the options of retrying.'],
    ['no options', () => retrying(() => ['a'], null as never), 'Expected `the options of retrying` to be an object, got null.'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
