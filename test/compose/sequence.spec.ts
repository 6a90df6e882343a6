import { describe, expect, it } from '@jest/globals';
import { NEVER, of, Subject, take } from 'rxjs';
import {
  createSession, line, lines, outcome, result, run, step, text, usage, type Agent, type AgentContext, type AgentOutput, type Brief,
} from '../../src/index.js';
import { sequence } from '../../src/compose/sequence.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'work' };
const no = new Error('no');
const outputs: Record<string, AgentOutput> = {
  l: line('l'), m: line('m'), r: result('r'), f: result('first'), s: step(), u: usage({ inputTokens: 1, outputTokens: 2 }),
};
const session = createSession();
const resultOf = (agent: Agent<unknown>, asked: Brief = brief): unknown => {
  const { outcome: ended } = session.delegate(agent, asked);
  return ended?.type === 'completed' ? ended.result : ended;
};

describe('sequence', () => {
  describe('as a stream of outputs', () => {
    it('should run each when the one before has ended, and have the result of the last one', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-f-u-|      ', outputs);
        const second = cold('       -m-s-r|', outputs);
        const subs1 = '      ^------!      ';
        const subs2 = '      -------^-----!';
        const expected = '   -l---u--m-s-r|';
        expectObservable(run(sequence(() => first, () => second), brief)).toBe(expected, outputs);
        expectSubscriptions(first.subscriptions).toBe(subs1);
        expectSubscriptions(second.subscriptions).toBe(subs2);
      });
    });

    it('should fail with what a stage fails with, and start no other', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -l-f#', outputs, no);
        const second = cold('-m-r|', outputs);
        expectObservable(run(sequence(() => first, () => second), brief)).toBe('-l--#', outputs, no);
        expectSubscriptions(first.subscriptions).toBe('^---!');
        expectSubscriptions(second.subscriptions).toBe([]);
      });
    });

    it('should never emit where the stage at work never does', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const second = cold('-');
        expectObservable(run(sequence(() => cold('-f|', outputs), () => second), brief)).toBe('-');
        expectSubscriptions(second.subscriptions).toBe('--^');
      });
    });

    it('should stop the stage at work when it is unsubscribed', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const first = cold(' -f-|         ', outputs);
        const second = cold('    -m-s-r-| ', outputs);
        const third = cold('             |');
        const unsub = '      -------!     ';
        const subs2 = '      ---^---!     ';
        const expected = '   ----m-s-     ';
        expectObservable(run(sequence(() => first, () => second, () => third), brief), unsub).toBe(expected, outputs);
        expectSubscriptions(second.subscriptions).toBe(subs2);
        expectSubscriptions(third.subscriptions).toBe([]);
      });
    });

    it('should be its only stage where there is one', () => {
      marbles(({ cold, expectObservable }) => {
        expectObservable(run(sequence(() => cold('-l-r-|', outputs)), brief)).toBe('-l-r-|', outputs);
        expectObservable(run(sequence(() => cold('-|')), brief).pipe(outcome()))
          .toBe('-(f|)', { f: expect.objectContaining({ error: expect.objectContaining({ code: 'no_result' }) }) });
      });
    });
  });

  it('should give a stage the last result behind the context', () => {
    const briefs: Brief[] = [];
    const look = (found: unknown): Agent<unknown> => (given) => {
      briefs.push(given);
      return [result(found)];
    };
    const asked = { goal: 'work', context: 'from before', pages: 3 };
    expect(resultOf(sequence(look('one'), look({ two: 2 }), look(3)), asked)).toBe(3);
    expect(briefs).toEqual([
      asked, { ...asked, context: 'from before\n\none' }, { ...asked, context: 'from before\n\n{"two":2}' },
    ]);
    briefs.length = 0;
    expect(resultOf(sequence(look('one'), look(2)))).toBe(2);
    expect(briefs).toEqual([brief, { goal: 'work', context: 'one' }]);
  });

  it('should name a result that is no JSON', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const told = ({ context }: Brief) => [result(context)];
    expect(resultOf(sequence(() => [result(circle)], told))).toBe('an object');
    expect(resultOf(sequence(() => [result(5n)], told))).toBe('5n');
    expect(resultOf(sequence(() => [result(undefined)], told))).toBe('undefined');
  });

  it('should take the last line for a result, and nothing that failed', () => {
    const told = ({ context }: Brief) => [result(context)];
    expect(resultOf(sequence(() => ['one', 'two', ' '], told))).toBe('two');
    expect(resultOf(sequence(() => [text('one\ntw'), text('o')], told))).toBe('two');
  });

  it('should let a stage have a brief that is made of the last result and the brief of the whole', () => {
    const count = () => [result({ pages: 3 })];
    const told = ({ goal, context }: Brief) => [`${goal}; ${context}`];
    expect(resultOf(sequence(count, {
      agent: told, brief: ({ pages }, { goal }) => ({ goal: `${goal} on ${pages} pages` }),
    }))).toBe('work on 3 pages; undefined');
  });

  it('should fail with what such a function throws, or a sentence about what it answers', () => {
    expect(resultOf(sequence(() => ['a'], { agent: () => ['b'], brief: () => { throw new RangeError('mine'); } })))
      .toMatchObject({ type: 'failed', error: { name: 'RangeError', message: 'mine' } });
    expect(resultOf(sequence(() => ['a'], { agent: () => ['b'], brief: () => ({ goal: '' }) })))
      .toMatchObject({ type: 'failed', error: { message: 'Expected `brief.goal` to be a string that is not blank, got "".' } });
  });

  it('should have no result of an earlier stage where the last one says nothing', () => {
    const noResult = { type: 'failed', error: { code: 'no_result' } };
    expect(resultOf(sequence(() => ['printed', result('found')], () => []))).toMatchObject(noResult);
    expect(resultOf(sequence(() => ['printed'], () => [' ']))).toMatchObject(noResult);
    expect(resultOf(sequence(() => ['a'], () => [], () => ['c']))).toMatchObject(noResult);
    expect(resultOf(sequence(() => ['a', result('b')], () => ['c']))).toBe('c');
  });

  it('should not let the words of one stage go on with those of the next', () => {
    const agent = sequence(() => [text('half a li'), result('a')], () => [text('ne')]);
    expect(session.delegate(agent, brief).snapshot()).toMatchObject({ preview: ['half a li', 'ne'], outcome: { result: 'ne' } });
    expect(watch(run(agent, brief).pipe(lines()))).toEqual(['half a li', 'ne', '|']);
    expect(watch(run(sequence(() => [text('whole\n')], () => [text('line')]), brief).pipe(lines()))).toEqual(['whole', 'line', '|']);
  });

  it('should be one task: the same id, and messages for the stage at work', () => {
    const ids: string[] = [];
    const first = new Subject<string>();
    const look = (ends: Agent): Agent => (given, steering, context) => {
      ids.push(context.taskId);
      return ends(given, steering, context);
    };
    const task = session.delegate(sequence(look(() => first), look((_brief, steering) => steering.pipe(take(1)))), brief);
    const receipt = task.steer('left');
    expect(receipt.state).toBe('queued');
    first.next('a');
    first.complete();
    expect(watch(receipt.settled)).toMatchObject([{ state: 'delivered' }, '|']);
    expect(ids).toEqual([task.id, task.id]);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'left', attempt: 1 });
  });

  it('should stop the stage at work with its task', () => {
    const contexts: AgentContext[] = [];
    const look = (ends: Agent): Agent => (given, steering, context) => {
      contexts.push(context);
      return ends(given, steering, context);
    };
    const task = session.delegate(sequence(look(() => ['a']), look(() => NEVER)), brief);
    const signals = contexts.map(({ signal }) => signal.aborted);
    task.cancel('enough');
    expect([signals, contexts.map(({ signal }) => signal.aborted)]).toEqual([[false, false], [false, true]]);
  });

  it('should make its briefs anew with each run', () => {
    const found: (string | undefined)[] = [];
    let runs = 0;
    const cold = run(sequence(() => [`run ${++runs}`], ({ context }: Brief) => { found.push(context); return ['b']; }), brief);
    cold.subscribe();
    cold.subscribe();
    expect(found).toEqual(['run 1', 'run 2']);
  });

  it('should be called sequence, and be deaf only where all are', () => {
    const deaf = Object.assign(() => ['a'], { steerable: false });
    expect(sequence(deaf, () => ['b'])).not.toHaveProperty('steerable');
    const { name, steerable } = sequence(deaf, { agent: deaf, brief: () => brief }) as Agent & { readonly steerable?: boolean };
    expect([name, steerable]).toEqual(['sequence', false]);
  });

  const fine = (): string[] => ['a'];
  it.each<[string, () => unknown, string]>([
    ['no agents', () => (sequence as (first?: unknown) => unknown)(), 'Expected `stage 1` to be an agent, got undefined.'],
    ['a task', () => sequence(fine, session.delegate(fine, brief) as never), 'Expected `stage 2` to be an agent, got a task'],
    ['a stream', () => sequence(fine, of('a') as never), 'Expected `stage 2` to be an agent, got a stream'],
    ['a task in a stage', () => sequence(fine, { agent: session.delegate(fine, brief) as never, brief: () => brief }),
      'Expected `the agent of stage 2` to be an agent, got a task'],
    ['a brief that is none', () => sequence(fine, { agent: fine, brief: brief as never }),
      'Expected `the brief of stage 2` to be a function, got an object.'],
    ['a first stage with a brief', () => sequence({ agent: fine, brief: () => brief } as never),
      'Expected the first stage to be an agent alone'],
  ])('should refuse %s', (_, call, sentence) => {
    expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(sentence) });
  });
});
