import { describe, expect, it } from '@jest/globals';
import { delay, EMPTY, filter, from, map, merge, NEVER, of, Subject, tap, throwError, toArray, type Observable } from 'rxjs';
import { createSession, line, lines, result, run, text, type Agent, type AgentContext, type AgentOutput } from '../../src/index.js';
import { steered } from '../../src/compose/steered.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'be steered' };
const no = new Error('no');
const outputs: Record<string, AgentOutput> = { l: line('l'), m: line('m'), r: result('r'), t: text('t') };
const session = createSession();

/** An agent that works in steps: it looks for its messages when it is told to. */
function stepping(): { readonly agent: Agent; readonly says: Subject<string>; take(): readonly string[] } {
  const says = new Subject<string>();
  let context: AgentContext;
  return {
    agent: (_brief, _steering, given) => {
      context = given;
      return says;
    },
    says,
    take: () => context.takeSteering(),
  };
}
const heard = (into: string[]): Agent => (_brief, steering) => steering.pipe(tap((words) => into.push(words)));

describe('steered', () => {
  it('should put out what the agent does', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-t-r-|', outputs);
      const rule = cold('  --a-b---', { a: 'a', b: 'b' });
      const subs = '       ^------!';
      const expected = '   -l-t-r-|';
      expectObservable(run(steered(() => agent, () => rule), brief)).toBe(expected, outputs);
      expectSubscriptions(agent.subscriptions).toBe(subs);
      expectSubscriptions(rule.subscriptions).toBe(subs);
    });
  });

  it('should tell the agent what the rule makes of its outputs, when it does', () => {
    marbles(({ cold, expectObservable }) => {
      const words = cold('-x--y-|', { x: 'x', y: 'y' });
      const agent: Agent = (_brief, steering) => merge(words, steering.pipe(map((said) => `heard ${said}`)));
      const rule = (said: Observable<AgentOutput>) => said.pipe(lines(), filter((each) => each.length === 1), delay(2));
      const expected = '-x-ay-b';
      expectObservable(run(steered(agent, rule), brief).pipe(lines())).toBe(expected, { x: 'x', y: 'y', a: 'heard x', b: 'heard y' });
    });
  });

  it('should tell it what the rule says at once before its first step', () => {
    const { agent, take: taken } = stepping();
    session.delegate(steered(agent, () => ['be brief']), brief);
    expect(taken()).toEqual(['be brief']);
  });

  it('should let the task steer it beside the rule, with true receipts', () => {
    const { agent, says, take: taken } = stepping();
    const task = session.delegate(steered(agent, (said) => said.pipe(lines(), map((words) => `on ${words}`))), brief);
    const receipt = task.steer('left');
    says.next('a');
    expect(receipt.state).toBe('queued');
    expect(taken()).toEqual(['left', 'on a']);
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    const missed = task.steer('right');
    task.cancel();
    expect(watch(missed.settled)).toMatchObject([{ state: 'missed', reason: 'cancelled' }, '|']);
  });

  it('should replace a message of the rule that is undelivered by its next one, and none of the task', () => {
    const { agent, says, take: taken } = stepping();
    const task = session.delegate(steered(agent, (said) => said.pipe(lines(), map((words) => `on ${words}`))), brief);
    says.next('a');
    task.steer('left');
    says.next('b');
    task.steer('right');
    says.next('c');
    expect([...taken()].sort()).toEqual(['left', 'on c', 'right']);
    says.next('d');
    expect(taken()).toEqual(['on d']);
  });

  it('should keep the rules apart where one is inside another', () => {
    const { agent, says, take: taken } = stepping();
    const rule = (mark: string) => (said: Observable<AgentOutput>) => said.pipe(lines(), map((words) => `${mark} ${words}`));
    session.delegate(steered(steered(agent, rule('inner')), rule('outer')), brief);
    says.next('a');
    says.next('b');
    const heard = taken();
    expect(heard).toEqual(expect.arrayContaining(['inner b', 'outer b']));
    expect(heard).not.toContain('inner a');
  });

  it('should go on when the rule completes', () => {
    const words: string[] = [];
    const task = session.delegate(steered(heard(words), () => EMPTY), brief);
    task.steer('left');
    expect(words).toEqual(['left']);
    expect(task.status).toBe('running');
    task.cancel();
  });

  it('should give the rule each output and the end of them', () => {
    const seen: unknown[] = [];
    const rule = (said: Observable<AgentOutput<number>>) => said.pipe(toArray(), tap((all) => seen.push(all)), map(() => 'too late'));
    expect(session.delegate(steered(() => of('a', text('b'), result(3)), rule), brief).outcome).toMatchObject({ result: 3 });
    expect(seen).toEqual([[line('a'), text('b'), result(3)]]);
  });

  it('should fail with what the rule throws or errors with, and stop the agent', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-m-r-|', outputs);
      const rule = cold('  ---#    ', undefined, no);
      const subs = '       ^--!    ';
      expectObservable(run(steered(() => agent, () => rule), brief)).toBe('-l-#', outputs, no);
      expectSubscriptions(agent.subscriptions).toBe(subs);
    });
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-m-r-|', outputs);
      expectObservable(run(steered(() => agent, () => { throw no; }), brief)).toBe('#', outputs, no);
      expectSubscriptions(agent.subscriptions).toBe([]);
    });
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-m-r-|', outputs);
      const rule = (said: Observable<unknown>) => said.pipe(map((_, n) => {
        if (n === 1) throw no;
        return 'go on';
      }));
      expectObservable(run(steered(() => agent, rule), brief)).toBe('-l-#', outputs, no);
      expectSubscriptions(agent.subscriptions).toBe('^--!');
    });
    expect(session.delegate(steered(() => NEVER, () => throwError(() => no)), brief).outcome)
      .toMatchObject({ type: 'failed', error: { message: 'no' } });
  });

  it.each([[''], [' '], [5]])('should fail where the rule says %p', (words) => {
    expect(session.delegate(steered(() => NEVER, () => [words as string]), brief).outcome)
      .toMatchObject({ error: { name: 'InvalidArgumentError', message: expect.stringContaining('`a message of the rule` to be') } });
  });

  it('should fail with what the agent fails with', () => {
    marbles(({ cold, expectObservable }) => {
      const agent = steered(() => cold('-l-#', outputs, no), (said) => said.pipe(map(() => 'go on')));
      expectObservable(run(agent, brief)).toBe('-l-#', outputs, no);
    });
  });

  it('should stop the agent and the rule when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-m-r-|', outputs);
      const rule = cold('  --a-b---', { a: 'a', b: 'b' });
      const unsub = '      ----!   ';
      const subs = '       ^---!   ';
      expectObservable(run(steered(() => agent, () => rule), brief), unsub).toBe('-l-m-', outputs);
      expectSubscriptions(agent.subscriptions).toBe(subs);
      expectSubscriptions(rule.subscriptions).toBe(subs);
    });
  });

  it('should begin the rule anew with each run', () => {
    let rules = 0;
    const cold = run(steered(() => ['a'], () => { rules += 1; return EMPTY; }), brief);
    expect(rules).toBe(0);
    cold.subscribe();
    cold.subscribe();
    expect(rules).toBe(2);
  });

  it('should be called what the agent is called', () => {
    expect(steered(function coder() { return ['a']; }, () => EMPTY).name).toBe('coder');
  });

  it.each<[string, () => unknown, string]>([
    ['a task', () => steered(session.delegate(() => ['a'], brief) as never, () => EMPTY), 'Expected `agent` to be an agent, got a task'],
    ['a stream', () => steered(from(['a']) as never, () => EMPTY), 'Expected `agent` to be an agent, got a stream'],
    ['a stream as rule', () => steered(() => ['a'], NEVER as never), 'Expected `rule` to be a function, got an object.'],
    ['an agent that is deaf', () => steered(Object.assign(function coder() { return ['a']; }, { steerable: false }), () => EMPTY),
      'Expected an agent that listens to steering, and coder says that it does not.'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
