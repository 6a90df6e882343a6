import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, filter, identity, map, NEVER, of, pipe, retry, startWith, take, takeWhile, tap, throwError } from 'rxjs';
import { createSession, line, result, run, text, type Agent, type AgentContext, type AgentOutput } from '../../src/index.js';
import { through } from '../../src/compose/through.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'look' };
const no = new Error('no');
const outputs: Record<string, AgentOutput> = { l: line('l'), m: line('m'), r: result('r'), t: text('t') };
const session = createSession();

describe('through', () => {
  it('should put out what the operator does', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-t-r-|', outputs);
      const subs = '       ^------!';
      const expected = '   -l---r-|';
      expectObservable(run(through(() => agent, filter(({ type }) => type !== 'text')), brief)).toBe(expected, outputs);
      expectSubscriptions(agent.subscriptions).toBe(subs);
    });
  });

  it('should take strings for lines', () => {
    marbles(({ cold, expectObservable }) => {
      const agent = cold(' -l-r-|', outputs);
      const expected = '   -m-m-|';
      expectObservable(run(through(() => agent, map(() => 'm')), brief)).toBe(expected, outputs);
    });
  });

  it('should never emit where the agent never does, and be empty where it is', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const never = cold('-');
      expectObservable(run(through(() => never, identity), brief)).toBe('-');
      expectSubscriptions(never.subscriptions).toBe('^');
      expectObservable(run(through(() => cold('--|'), identity), brief)).toBe('--|');
    });
  });

  it('should fail with what the agent fails with, where the operator lets it', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold('-l-#', outputs, no);
      const subs = '      ^--!';
      expectObservable(run(through(() => agent, tap()), brief)).toBe('-l-#', outputs, no);
      expectSubscriptions(agent.subscriptions).toBe(subs);
    });
  });

  it('should fail with what the operator throws, and stop the agent', () => {
    const guard = new RangeError('not allowed');
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const agent = cold(' -l-m-r-|', outputs);
      const subs = '       ^--!    ';
      const expected = '   -l-#    ';
      const guarded = through(() => agent, tap((output) => {
        if (output.type === 'line' && output.text === 'm') throw guard;
      }));
      expectObservable(run(guarded, brief)).toBe(expected, outputs, guard);
      expectSubscriptions(agent.subscriptions).toBe(subs);
      expectObservable(run(through(() => agent, () => { throw guard; }), brief)).toBe('#', outputs, guard);
    });
  });

  it('should stop the agent when the operator completes, and when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const ended = cold('   -l-m-r-|', outputs);
      const left = cold('    -l-m-r-|', outputs);
      const unsub = '        ----!   ';
      expectObservable(run(through(() => ended, take(2)), brief)).toBe('-l-(m|)', outputs);
      expectObservable(run(through(() => left, identity), brief), unsub).toBe('-l-m-', outputs);
      expectSubscriptions(ended.subscriptions).toBe('^--!');
      expectSubscriptions(left.subscriptions).toBe('  ^---!');
    });
  });

  it('should count the attempts of an operator that tries again', () => {
    let runs = 0;
    const agent: Agent = () => ++runs < 3 ? concat(of(result('wrong')), throwError(() => no)) : of('fine');
    expect(session.delegate(through(agent, retry(2)), brief).outcome).toMatchObject({ type: 'completed', result: 'fine', attempt: 3 });
  });

  it('should fail as no_result where the operator lets nothing through', () => {
    expect(session.delegate(through(() => ['a'], () => EMPTY), brief).outcome).toMatchObject({ error: { code: 'no_result' } });
  });

  it('should lead through several operators', () => {
    const agent = through(() => ['a', result(2)], pipe(startWith('first'), takeWhile((output) => output !== 'a')));
    expect(session.delegate(agent, brief).snapshot()).toMatchObject({ preview: ['first', 'a'], outcome: { result: 2 } });
  });

  it('should be one task with the agent: the same id, mailbox and signal', () => {
    const contexts: AgentContext[] = [];
    const agent: Agent = (_brief, steering, context) => {
      contexts.push(context);
      return concat(steering.pipe(take(1)), NEVER);
    };
    const task = session.delegate(through(agent, identity), brief);
    expect(contexts[0]!.taskId).toBe(task.id);
    const { signal } = contexts[0]!;
    expect(task.steer('left').state).toBe('delivered');
    expect(task.snapshot()).toMatchObject({ preview: ['left'], steering: { queued: 0, delivered: 1, missed: 0 } });
    task.cancel('enough');
    expect(signal.aborted).toBe(true);
  });

  it('should read as queued what the agent has not taken, through any number of wrappers', () => {
    const agent: Agent = (_brief, _steering, context) => {
      take_ = () => context.takeSteering();
      return NEVER;
    };
    let take_: () => readonly string[] = () => [];
    const task = session.delegate(through(through(through(agent, identity), identity), identity), brief);
    const receipt = task.steer('left');
    expect(receipt.state).toBe('queued');
    expect(take_()).toEqual(['left']);
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    const missed = task.steer('right');
    task.cancel();
    expect(watch(missed.settled)).toMatchObject([{ state: 'missed', reason: 'cancelled' }, '|']);
  });

  it('should be called what the agent is called, and say of itself what it says', () => {
    const coder = Object.assign(function coder() { return ['a']; }, { steerable: false, onRestart: 'restart' as const });
    const { name, steerable, onRestart } = through(coder, identity);
    expect([name, steerable, onRestart]).toEqual(['coder', false, 'restart']);
  });

  it.each<[string, () => unknown, string]>([
    ['a task', () => through(session.delegate(() => ['a'], brief) as never, identity), 'Expected `agent` to be an agent, got a task'],
    ['a stream', () => through(of('a') as never, identity), 'Expected `agent` to be an agent, got a stream'],
    ['no operator', () => through(() => ['a'], undefined as never), 'Expected `operator` to be a function, got undefined.'],
    ['a stream as operator', () => through(() => ['a'], NEVER as never), 'Expected `operator` to be a function, got an object.'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
