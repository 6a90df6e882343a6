import { describe, expect, it } from '@jest/globals';
import { filter, NEVER, of, Subject, throwError } from 'rxjs';
import { collect, createSession, InvalidArgumentError, line, result, type AgentFunction, type Task } from '../../src/index.js';
import { hedge } from '../../src/compose/index.js';
import { memoryStore, openSession } from '../../src/stores/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/laws/marbles.js';
import { aDuration, noDurations, sentence } from '../support/sentences.js';
import { slowStore } from '../support/stores/slowStore.js';
import { until } from '../support/until.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { endOf, named } from './support/agents.js';

const brief = { goal: 'search' };

describe('hedge', () => {
  it('should start the next one when it has taken so long, and stop whoever is not first', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  ----------    ');
      const subsA = '   ^-----!       ';
      const b = cold('     ---(r|)    ', { r: result('b') });
      const subsB = '   ---^--!       ';
      const c = cold('        ----    ');
      const expected = '------(b|)    ';
      const task = session.delegate(hedge(named('a', () => a), { after: 3, agents: [named('b', () => b), named('c', () => c)] }), brief);
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subsA);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      // It would have been started in that very frame.
      expectSubscriptions(c.subscriptions).toBe([]);
      flush();
      expect(session.get('a1')!.outcome).toMatchObject({ type: 'cancelled', reason: 'lost to b' });
      expect(task.snapshot().preview).toEqual(['a1 started', 'b started', 'b won']);
    });
  });

  it('should start nobody where the first is in time', () => {
    marbles(({ cold, expectObservable, session, flush }) => {
      const a = cold('  --(r|)        ', { r: result('a') });
      const expected = '--(a|)        ';
      expectObservable(endOf(session.delegate(hedge(named('a', () => a), { after: 3 }), brief))).toBe(expected);
      flush();
      expect(session.tasks()).toHaveLength(2);
    });
  });

  it('should start the next one at once when all that run have failed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  -----#        ', undefined, new Error('out of paper'));
      const b = cold('     ---#       ', undefined, new Error('out of ink'));
      const subsB = '   ---^--!       ';
      const c = cold('        -(r|)   ', { r: result('c') });
      const subsC = '   ------^!      ';
      const expected = '-------(c|)   ';
      const task = session.delegate(hedge(named('a', () => a), { after: 3, agents: [named('b', () => b), named('c', () => c)] }), brief);
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      expectSubscriptions(c.subscriptions).toBe(subsC);
      flush();
    });
  });

  it('should fail when all have failed', () => {
    marbles(({ cold, expectObservable, session }) => {
      const a = cold('  --#           ', undefined, new Error('out of paper'));
      const expected = '----(m|)      ';
      expectObservable(endOf(session.delegate(hedge(named('a', () => a), { after: 3 }), brief)))
        .toBe(expected, { m: 'All that the hedge started have failed: a1, a2: out of paper.' });
    });
  });

  it('should start the next one when what watches the last one emits', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  -x--y-----    ', { x: line('fine'), y: line('rate limited') });
      const b = cold('      ---(r|)   ', { r: result('b') });
      const subsB = '   ----^--!      ';
      const expected = '-------(b|)   ';
      const watched: string[] = [];
      const when = (task: Task) => {
        watched.push(task.id);
        return task.events.pipe(filter((event) => event.type === 'line' && event.text === 'rate limited'));
      };
      const c = hot('   ----------    ');
      const task = session.delegate(hedge(named('a', () => a), { when, agents: [named('b', () => b), named('c', () => c)] }), brief);
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      flush();
      expect(watched).toEqual(['a1', 'b']);
      expect(c.subscriptions).toEqual([]);
    });
  });

  it('should fail with what `when` throws or says as an error, and stop everything', () => {
    for (const when of [() => { throw new TypeError('no'); }, () => throwError(() => new TypeError('no'))]) {
      const session = createSession();
      const task = session.delegate(hedge(() => NEVER, { when }), brief);
      expect(task.outcome).toMatchObject({ type: 'failed', error: { name: 'TypeError', message: 'no' } });
      expect(session.list().map(({ status }) => status)).toEqual(['failed', 'cancelled']);
    }
  });

  it('should start nobody when one has a result that is still to be kept', async () => {
    const store = slowStore(memoryStore(), 0);
    const { scheduler, advance } = createVirtualTime();
    await using session = await openSession({ store, agents: {}, scheduler });
    const ends = new Subject<string>();
    const task = session.delegate(hedge(() => ends, { after: 5 }), brief);
    await until(() => ends.observed);
    store.stop();
    ends.next('done');
    ends.complete();
    advance(5);
    expect(session.tasks()).toHaveLength(2);
    store.goOn();
    expect(await collect(task)).toBe('done');
    expect(session.tasks()).toHaveLength(2);
  });

  it('should be called as its agent is, and say of itself what stays true', () => {
    const says = { description: 'Codes.', steerable: false, onRestart: 'resume' as const, limit: {} };
    const agent = Object.assign(named('coder', () => NEVER), says);
    const hedged = hedge(agent, { after: 3 });
    expect(hedged.name).toBe('coder');
    expect(Object.assign({}, hedged)).toEqual({ description: 'Codes.', steerable: false });
    expect(Object.assign({}, hedge(agent, { after: 3, agents: [() => NEVER] }))).toEqual({ description: 'Codes.' });
  });

  it.each(noDurations)('should refuse an `after` of %p', (after, got) => {
    expect(caught(() => hedge(() => NEVER, { after: after as number }))).toEqual(new InvalidArgumentError(
      sentence('after', aDuration(0), got),
    ));
  });

  it.each<[unknown, unknown, string]>([
    [() => 1, {}, 'Expected one of `after` and `when` in the options of hedge, got none.'],
    [() => 1, { after: 1, when: () => NEVER }, 'Expected one of `after` and `when` in the options of hedge, got both.'],
    [() => 1, undefined, 'Expected `the options of hedge` to be an object, got undefined.'],
    [() => 1, { when: NEVER }, 'Expected `when` to be a function, got an object.'],
    [() => 1, { after: 1, agents: [] }, 'Expected `agents` to hold at least an agent, got none.'],
    [() => 1, { after: 1, agents: [of(1)] },
      'Expected `agents[0]` to be an agent, got a stream. Give a function that makes one, as in `() => stream`.'],
    [() => 1, { after: 1, agents: () => 1 }, 'Expected `agents` to be a list of agents, got a function.'],
    [[() => 1], { after: 1 }, 'Expected `agent` to be an agent, got an array. Give the agents one by one, as in `race(...agents)`.'],
    [() => 1, { afters: 1 }, 'Unknown field `afters` in the options of hedge. Expected: after, when, agents.'],
  ])('should refuse %p with %p', (agent, options, words) => {
    expect(caught(() => hedge(agent as AgentFunction, options as { after: number }))).toEqual(new InvalidArgumentError(words));
  });
});
