import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, of, Subject, take, throwError, type Observable } from 'rxjs';
import {
  attempt, collect, createSession, line, outcome, result, run, text, type Agent, type AgentContext, type AgentOutput, type Brief,
} from '../../src/index.js';
import { fallback } from '../../src/compose/fallback.js';
import { caught, rejection } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'try' };
const no = new Error('no');
const outputs: Record<string, AgentOutput> = {
  l: line('l'), m: line('m'), r: result('r'), w: result('wrong'), B: attempt('no', 'b'), C: attempt('no', 'c'),
};
const failing = (message: string): Observable<never> => throwError(() => new Error(message));
const session = createSession();

describe('fallback', () => {
  describe('as a stream of outputs', () => {
    it('should be the first agent where that does not fail', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-r-|', outputs);
        const second = cold('-m-r-|', outputs);
        const subs = '       ^----!';
        const expected = '   -l-r-|';
        expectObservable(run(fallback(() => first, () => second), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs);
        expectSubscriptions(second.subscriptions).toBe([]);
      });
    });

    it('should go on with the next where one has put nothing out that shows, orders to a terminal included', async () => {
      const coloured: Agent = () => ['\u001b[31m\u001b[0m', '\u009b31m'];
      const answer = session.delegate(fallback(coloured, () => ['zebra']), brief);
      expect(await collect(answer)).toBe('zebra');
    });

    it('should go on with the next where one fails, and say which and why', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-w#       ', outputs, no);
        const second = cold('    --#     ', outputs, no);
        const third = cold('       -m-r-|', outputs);
        const subs1 = '      ^---!       ';
        const subs2 = '      ----^-!     ';
        const subs3 = '      ------^----!';
        const expected = '   -l-wB-Cm-r-|';
        const a = () => first;
        const b = () => second;
        const c = () => third;
        expectObservable(run(fallback(a, b, c), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
        expectSubscriptions(third.subscriptions).toBe(subs3);
      });
    });

    it('should go on where one comes to no result', () => {
      marbles(({ cold, expectObservable }) => {
        const b = () => cold('-r|', outputs);
        expectObservable(run(fallback(() => cold('-|'), b), brief))
          .toBe('-Nr|', { ...outputs, N: attempt('The agent ended without a result and without a single line. '
            + 'Let it print, return or emit something.', 'b') });
      });
    });

    it('should never emit where the agent at work never does', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const second = cold(' -  ');
        const subs = '       -^ ';
        const b = () => second;
        expectObservable(run(fallback(() => cold('-#', outputs, no), b), brief)).toBe('-B', outputs);
        expectSubscriptions(second.subscriptions).toBe(subs);
      });
    });

    it('should stop the agent at work when it is unsubscribed, and start no other', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-#      ', outputs, no);
        const second = cold('   -m-r-# ', outputs, no);
        const unsub = '      -----!    ';
        const subs = '       ---^-!    ';
        const expected = '   -l-Bm-    ';
        const b = () => second;
        const c = () => { throw new Error('not to be called'); };
        expectObservable(run(fallback(() => first, b, c), brief), unsub).toBe(expected, outputs);
        expectSubscriptions(second.subscriptions).toBe(subs);
      });
    });
  });

  it('should fail with one error that names each where all fail', async () => {
    const coder = () => failing('out of paper');
    const writer = () => [];
    const task = session.delegate(fallback(coder, writer), brief);
    expect(task.outcome).toMatchObject({
      type: 'failed',
      error: { code: 'agent_error', message: 'All 2 of the fallback failed: coder: out of paper; '
        + 'writer: The agent ended without a result and without a single line. Let it print, return or emit something.' },
    });
    expect(await rejection(collect(task))).toMatchObject({ cause: { cause: { message: 'out of paper' } } });
  });

  it('should fail with the code with which all fail', () => {
    expect(session.delegate(fallback(() => [], () => []), brief).outcome).toMatchObject({ type: 'failed', error: { code: 'no_result' } });
  });

  it('should give each the same brief, in one task', () => {
    const seen: [Brief, string, number][] = [];
    const look = (ends: () => ReturnType<Agent>): Agent => (given, _steering, { taskId, depth }) => {
      seen.push([given, taskId, depth]);
      return ends();
    };
    const asked = { goal: 'try', context: 'all' };
    const task = session.delegate(fallback(look(() => failing('no')), look(() => ['fine'])), asked);
    expect(seen).toEqual([[asked, task.id, 1], [asked, task.id, 1]]);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'fine', attempt: 2 });
  });

  it('should have nothing of those that failed as its result', () => {
    const a = () => concat(of(result('wrong'), text('half a li')), failing('no'));
    const b = () => of(text('whole\nright'));
    expect(session.delegate(fallback(a, b), brief).snapshot())
      .toMatchObject({ preview: ['half a li', 'whole', 'right'], outcome: { type: 'completed', result: 'right' } });
    expect(watch(run(fallback(a, b), brief).pipe(outcome()))).toEqual([{ type: 'completed', result: 'right' }, '|']);
  });

  it('should hand a message that one did not take to the next, with a true receipt', () => {
    const first = new Subject<string>();
    const task = session.delegate(fallback(() => first, (_brief, steering) => steering.pipe(take(1))), brief);
    const receipt = task.steer('left');
    expect(receipt.state).toBe('queued');
    first.error(no);
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'left' });
  });

  it('should stop the agent at work with its task', () => {
    const contexts: AgentContext[] = [];
    const look = (ends: Agent): Agent => (given, steering, context) => {
      contexts.push(context);
      return ends(given, steering, context);
    };
    const task = session.delegate(fallback(look(() => failing('no')), look(() => NEVER)), brief);
    const signals = contexts.map(({ signal }) => signal);
    task.cancel('enough');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    expect(String(signals[1]!.reason)).toContain('enough');
  });

  it('should be called fallback, and be deaf only where all are', () => {
    const deaf = Object.assign(() => ['a'], { steerable: false });
    const hearing = () => ['a'];
    expect(fallback(hearing, deaf)).not.toHaveProperty('steerable');
    const { name, steerable } = fallback(deaf, deaf) as Agent & { readonly steerable?: boolean };
    expect([name, steerable]).toEqual(['fallback', false]);
    expect(session.delegate(fallback(hearing), brief).id).toMatch(/^fallback-/);
  });

  it.each<[string, () => unknown, string]>([
    ['no agents', () => (fallback as () => unknown)(), 'Expected `agents` to hold at least an agent, got none.'],
    ['a task', () => fallback(() => ['a'], session.delegate(() => ['a'], brief) as never),
      'Expected `agents[1]` to be an agent, got a task'],
    ['a stream', () => fallback(NEVER as never), 'Expected `agents[0]` to be an agent, got a stream'],
    ['a list', () => fallback([() => ['a']] as never), 'Expected `agents[0]` to be an agent, got an array.'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
