import { describe, expect, it } from '@jest/globals';
import { NEVER, of } from 'rxjs';
import { createSession, InvalidArgumentError, NoResultError, result, type AgentFunction } from '../../src/index.js';
import { quorum } from '../../src/compose/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/laws/marbles.js';
import { endOf, named } from './support/agents.js';

const brief = { goal: 'agree' };

describe('quorum', () => {
  it('should have the result on which so many agree, and stop the rest in that frame', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  ----(r|)   ', { r: result({ sum: 4 }) });
      const b = cold('  --(r|)     ', { r: result({ sum: 5 }) });
      const c = cold('  -----(r|)  ', { r: result({ sum: 4 }) });
      const d = cold('  --------   ');
      const subs = '    ^----!     ';
      const expected = '-----(r|)  ';
      const task = session.delegate(quorum(2, [named('a', () => a), named('b', () => b), named('c', () => c), named('d', () => d)]), brief);
      expectObservable(endOf(task)).toBe(expected, { r: { sum: 4 } });
      expectSubscriptions(d.subscriptions).toBe(subs);
      flush();
      expect(task.snapshot().preview.slice(4)).toEqual(['b answered', 'a answered', 'c answered', 'a, c agree']);
      expect(session.get('d')!.outcome).toMatchObject({ reason: 'not needed: the quorum was reached' });
    });
  });

  it('should fail as soon as no so many can agree any more, stop the rest, and count', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  --(r|)     ', { r: result(4) });
      const b = cold('  ---(r|)    ', { r: result(5) });
      const c = cold('  ----#      ', undefined, new Error('out of paper'));
      const d = cold('  --------   ');
      const subs = '    ^---!      ';
      const expected = '----(m|)   ';
      const task = session.delegate(quorum(3, [named('a', () => a), named('b', () => b), named('c', () => c), named('d', () => d)]), brief);
      expectObservable(endOf(task)).toBe(expected, {
        m: 'No 3 of 4 can agree any more: 2 answered in 2 different ways (a; b), 1 failed (c: out of paper).',
      });
      expectSubscriptions(d.subscriptions).toBe(subs);
      flush();
      expect(session.get('d')!.outcome).toMatchObject({ reason: 'not needed: the quorum cannot be reached' });
    });
  });

  it('should keep the code with which all have failed', () => {
    const fails = named('mute', () => { throw new NoResultError('Nothing to say.'); });
    const task = createSession({ generateId: createIds() }).delegate(quorum(1, [fails, fails]), brief);
    expect(task.outcome).toMatchObject({
      error: { code: 'no_result', message: 'No 1 of 2 can agree any more, 2 failed: mute-2, mute-3: Nothing to say.' },
    });
  });

  it('should have the first of those who agree as its result, and ask of each whether it agrees with that one', () => {
    const agree = (one: number, other: number): boolean => Math.abs(one - other) <= 1;
    const close = [10, 11, 12, 9].map((n) => async () => n);
    const asked: [number, number][] = [];
    const sync = [10, 11, 12, 9].map((n) => () => n);
    const task = createSession().delegate(quorum(3, sync, {
      agree: (one, other) => {
        asked.push([one, other]);
        return agree(one, other);
      },
    }), brief);
    expect(task.outcome).toMatchObject({ result: 10 });
    expect(asked).toEqual([[10, 11], [10, 12], [10, 9]]);
    expect(close).toHaveLength(4);
  });

  it('should fail with what agree throws, and stop everything', () => {
    const session = createSession();
    const task = session.delegate(quorum(2, [() => NEVER, () => 1, () => 1, () => 1], {
      agree: () => { throw new TypeError('cannot compare'); },
    }), brief);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { name: 'TypeError', message: 'cannot compare' } });
    expect(session.list().map(({ status }) => status)).toEqual(['failed', 'cancelled', 'completed', 'completed']);
    expect(session.tasks()[1]!.outcome).toMatchObject({ reason: 'not needed: the whole has failed' });
  });

  it('should not start those that are not needed any more', () => {
    let started = 0;
    const late = (): typeof NEVER => {
      started += 1;
      return NEVER;
    };
    createSession().delegate(quorum(2, [() => 'x', () => 'x', late]), brief);
    createSession().delegate(quorum(3, [() => 'x', () => 'y', late]), brief);
    expect(started).toBe(0);
  });

  it.each<[unknown, string]>([
    [0, '0'], [3, '3'], [-1, '-1'], [1.5, '1.5'], [NaN, 'NaN'], [Infinity, 'Infinity'], ['1', '"1"'], [undefined, 'undefined'],
  ])('should refuse a k of %p', (k, got) => {
    expect(caught(() => quorum(k as number, [() => 1, () => 2]))).toEqual(
      new InvalidArgumentError(`Expected \`k\` to be a whole number from 1 to 2, the number of agents, got ${got}.`),
    );
  });

  it('should refuse what are no agents, and no options', () => {
    const refused = (...given: readonly unknown[]): unknown => caught(() => quorum(...given as [number, AgentFunction[]]));
    expect(refused(1, [])).toEqual(new InvalidArgumentError('Expected `agents` to hold at least an agent, got none.'));
    expect(refused(1, () => 1)).toEqual(new InvalidArgumentError('Expected `agents` to be a list of agents, got a function.'));
    expect(refused(1, [of(1)])).toMatchObject({ message: expect.stringContaining('got a stream') });
    expect(refused(1, [() => 1], { agree: 1 })).toEqual(new InvalidArgumentError('Expected `agree` to be a function, got 1.'));
    expect(refused(1, [() => 1], { agreed: 1 })).toEqual(
      new InvalidArgumentError('Unknown field `agreed` in the options of quorum. Expected: agree.'),
    );
  });

  it('should be untouched by what is done to the list later', () => {
    const agents: AgentFunction[] = [() => 1, () => 1];
    const both = quorum(2, agents);
    agents.length = 0;
    expect(createSession().delegate(both, brief).outcome).toMatchObject({ result: 1 });
  });
});

function createIds(): (name: string) => string {
  let ids = 0;
  return (name) => `${name}-${++ids}`;
}
