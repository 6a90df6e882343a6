import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, of } from 'rxjs';
import {
  createSession, fromAsync, InvalidArgumentError, line, result, text, usage, type AgentFunction, type AgentOutput,
} from '../../src/index.js';
import { firstWhere } from '../../src/compose/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/laws/marbles.js';
import { turns } from '../support/turns.js';
import { endOf, named } from './support/agents.js';

const brief = { goal: 'choose' };
const prints = (words: string) => (output: AgentOutput<unknown>): boolean => output.type === 'line' && output.text === words;

describe('firstWhere', () => {
  it('should go on with the first whose output matches, and stop the others in that frame', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  -x----y---   ', { x: line('no'), y: line('yes') });
      const subsA = '   ^--!         ';
      const b = cold('  -x-y-x--(r|) ', { x: line('no'), y: line('yes'), r: result('b') });
      const subsB = '   ^-------!    ';
      const expected = '--------(b|) ';
      const task = session.delegate(firstWhere([named('a', () => a), named('b', () => b)], prints('yes')), brief);
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subsA);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      flush();
      expect(session.get('a')!.outcome).toMatchObject({ type: 'cancelled', reason: 'b matched first' });
      expect(task.snapshot().preview).toEqual(['a started', 'b started', 'b matched']);
    });
  });

  it('should fail as the one that has matched does, and when that is cancelled', () => {
    marbles(({ cold, expectObservable, session, at }) => {
      const a = cold('  -y-#     ', { y: line('yes') }, new Error('out of paper'));
      const b = cold('  -y-------', { y: line('yes') });
      const cancel = '  -----x   ';
      expectObservable(endOf(session.delegate(firstWhere([named('a', () => a), () => NEVER], prints('yes')), brief)))
        .toBe('         ---(m|)  ', { m: 'out of paper' });
      expectObservable(endOf(session.delegate(firstWhere([named('b', () => b), () => NEVER], prints('yes')), brief)))
        .toBe('         -----(m|)', { m: 'b, which had matched first, was cancelled: no.' });
      at(cancel, () => { session.get('b')!.cancel('no'); });
    });
  });

  it('should fail when all have ended without a match', () => {
    marbles(({ cold, expectObservable, session, flush }) => {
      const a = cold('  -x(r|)   ', { x: line('no'), r: result('a') });
      const b = cold('  --x--#   ', { x: line('no') }, new Error('out of paper'));
      const expected = '-----(m|)';
      const task = session.delegate(firstWhere([named('a', () => a), named('b', () => b)], prints('yes')), brief);
      expectObservable(endOf(task)).toBe(expected, { m: 'None of them matched: a: it ended without a match; b: out of paper.' });
      flush();
      expect(task.snapshot().preview.slice(2)).toEqual(['a ended without a match', 'b failed: out of paper']);
    });
  });

  it('should not start those that come after one that has matched at once', () => {
    let started = 0;
    const late = (): typeof NEVER => {
      started += 1;
      return NEVER;
    };
    const session = createSession({ generateId: (name) => name });
    const matches = named('matches', () => of(line('yes'), line('more'), result('done')));
    const task = session.delegate(firstWhere([matches, late], prints('yes')), brief);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'done' });
    expect(task.snapshot().preview).toEqual(['matches started', 'matches matched']);
    expect(started).toBe(0);
  });

  it('should look at everything that is put out, also at what is returned, emitted or printed', async () => {
    const seen: unknown[] = [];
    const look = (output: unknown): boolean => {
      seen.push(output);
      return false;
    };
    const session = createSession();
    session.delegate(firstWhere([
      () => ['a line', text('a text'), usage({ inputTokens: 1, outputTokens: 2 })],
      async () => ({ found: 1 }),
      fromAsync(async ({ goal }, { print, emit }) => {
        print(goal);
        emit(text('emitted'));
        return 2;
      }),
    ], look), brief);
    await turns();
    expect(seen).toEqual([
      line('a line'), text('a text'), usage({ inputTokens: 1, outputTokens: 2 }), line('choose'), text('emitted'), result({ found: 1 }),
      result(2),
    ]);
    expect(session.list().map(({ status }) => status)).toEqual(['failed', 'completed', 'completed', 'completed']);
  });

  it('should ask no more when one has matched', () => {
    let asked = 0;
    const task = createSession().delegate(firstWhere([() => of(line('1'), line('2'), line('3'))], () => {
      asked += 1;
      return true;
    }), brief);
    expect(task.outcome).toMatchObject({ result: '3' });
    expect(asked).toBe(1);
  });

  it('should fail with what the predicate throws, and stop everything', () => {
    const session = createSession();
    const task = session.delegate(firstWhere([() => NEVER, () => of(line('x'))], () => { throw new TypeError('cannot tell'); }), brief);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { name: 'TypeError', message: 'cannot tell' } });
    expect(session.tasks()[1]!.outcome).toMatchObject({ type: 'cancelled', reason: 'not needed: the whole has failed' });
    expect(session.list().filter(({ status }) => status === 'running')).toEqual([]);
  });

  it('should leave the wrapped agent its steering, its name and its deafness', () => {
    const session = createSession();
    const deaf = Object.assign(named('deaf', () => NEVER), { steerable: false });
    const hears = named('hears', (_brief, steering) => steering);
    const task = session.delegate(firstWhere([deaf, hears], ({ type }) => type === 'line'), brief);
    expect(session.list().map(({ agent }) => agent)).toEqual(['firstWhere', 'deaf', 'hears']);
    expect(task.steer('left')).toMatchObject({ state: 'delivered' });
    expect(session.list(1).map(({ status }) => status)).toEqual(['running', 'cancelled', 'running']);
    expect(firstWhere([deaf, deaf], () => true)).toHaveProperty('steerable', false);
  });

  it.each<[unknown, unknown, string]>([
    [[], () => true, 'Expected `agents` to hold at least an agent, got none.'],
    [() => 1, () => true, 'Expected `agents` to be a list of agents, got a function.'],
    [[EMPTY], () => true,
      'Expected `agents[0]` to be an agent, got a stream. Give a function that makes one, as in `() => stream`.'],
    [[() => 1], undefined, 'Expected `predicate` to be a function, got undefined.'],
  ])('should refuse %p with %p', (agents, predicate, words) => {
    expect(caught(() => firstWhere(agents as AgentFunction[], predicate as () => true))).toEqual(new InvalidArgumentError(words));
  });
});
