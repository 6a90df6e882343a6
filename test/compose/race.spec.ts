import { describe, expect, it } from '@jest/globals';
import { concat, map, NEVER, Observable, of, throwError } from 'rxjs';
import {
  createSession, InvalidArgumentError, line, outcome, result, run, StalledError, type AgentContext, type AgentFunction,
} from '../../src/index.js';
import { race } from '../../src/compose/index.js';
import { caught } from '../support/caught.js';
import { endOf, named } from './support/agents.js';
import { marbles } from '../support/laws/marbles.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'win' };
describe('race', () => {
  it('should have the result of the first, and stop the others in that frame, saying to whom they lost', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  ---x------(r|)', { x: line('half way'), r: result('a') });
      const subsA = '   ^----!        ';
      const b = cold('  -----(r|)     ', { r: result('b') });
      const subsB = '   ^----!        ';
      const expected = '-----(b|)     ';
      const task = session.delegate(race(named('one', () => a), named('two', () => b)), brief);
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subsA);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      flush();
      expect(session.get('one')!.outcome).toMatchObject({ type: 'cancelled', reason: 'lost the race to two' });
      expect(task.snapshot().preview).toEqual(['one started', 'two started', 'two won']);
    });
  });

  it('should wait failures out, and those whom somebody cancels', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, at, flush }) => {
      const a = cold('  --#           ', undefined, new Error('out of paper'));
      const subsA = '   ^-!           ';
      const b = cold('  --------------');
      const subsB = '   ^---!         ';
      const c = cold('  ------(r|)    ', { r: result('c') });
      const subsC = '   ^-----!       ';
      const cancel = '  ----x         ';
      const expected = '------(c|)    ';
      const task = session.delegate(race(named('one', () => a), named('two', () => b), named('three', () => c)), brief);
      at(cancel, () => { session.get('two')!.cancel('too slow'); });
      expectObservable(endOf(task)).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subsA);
      expectSubscriptions(b.subscriptions).toBe(subsB);
      expectSubscriptions(c.subscriptions).toBe(subsC);
      flush();
      expect(task.snapshot().preview.slice(3)).toEqual(['one failed: out of paper', 'two was cancelled: too slow', 'three won']);
    });
  });

  it('should fail when all have failed, with a sentence that names each', () => {
    marbles(({ cold, expectObservable, session, at, flush }) => {
      const a = cold('  --#           ', undefined, new Error('Out of paper.'));
      const b = cold('  --------------');
      const cancel = '  ----x         ';
      const expected = '----(m|)      ';
      const task = session.delegate(race(named('one', () => a), named('two', () => b)), brief);
      at(cancel, () => { session.get('two')!.cancel('too slow'); });
      expectObservable(endOf(task)).toBe(expected, { m: 'Nobody won the race: one: Out of paper; two: cancelled: too slow.' });
      flush();
      expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'agent_error' } });
    });
  });

  it('should keep the code with which all have failed', () => {
    const stalls = (): never => { throw new StalledError('silent'); };
    const session = createSession();
    expect(session.delegate(race(stalls, stalls), brief).outcome).toMatchObject({ error: { code: 'stalled', name: 'StalledError' } });
    expect(session.delegate(race(stalls, () => []), brief).outcome).toMatchObject({ error: { code: 'agent_error', name: 'AgentError' } });
  });

  it('should go on for ever where none of them ends, and stop them when it is stopped', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  ----------');
      const b = cold('  ----------');
      const subs = '    ^----!    ';
      const expected = '(st)-     ';
      expectObservable(run(race(named('one', () => a), named('two', () => b)), brief).pipe(map((output) =>
        output.type === 'line' ? output.text.replace(/-\w+/, '') : output)), subs)
        .toBe(expected, { s: 'one started', t: 'two started' });
      expectSubscriptions(a.subscriptions).toBe(subs);
      expectSubscriptions(b.subscriptions).toBe(subs);
    });
  });

  it('should not start those that come after one that has won at once', () => {
    let started = 0;
    const late = (): typeof NEVER => {
      started += 1;
      return NEVER;
    };
    const session = createSession();
    const task = session.delegate(race(() => throwError(() => new Error('no')), () => ['won'], late), brief);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'won' });
    expect(started).toBe(0);
    expect(session.tasks()).toHaveLength(3);
  });

  it('should not start those that come after its own end, where one of them ends it while it is started', () => {
    let started = 0;
    const session = createSession();
    const task = session.delegate(race(
      () => NEVER,
      () => {
        session.cancel('enough');
        return NEVER;
      },
      () => { started += 1; return NEVER; },
    ), brief);
    expect(task.outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
    expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(started).toBe(0);
  });

  it('should go on with those that could be started', () => {
    const session = createSession({ maxRunning: 1 });
    const task = session.delegate(race(() => NEVER, named('two', () => ['two'])), brief);
    expect(task.snapshot().preview[1]).toMatch(/^two was not started: 1 of 1 tasks are running/);
    session.tasks()[1]!.cancel();
    const message = expect.stringMatching(/^Nobody won the race: two: 1 of 1 tasks are running.*; agent-\w+: cancelled: cancelled[.]$/);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { message } });
  });

  it('should say once what several have in common', () => {
    const no = (name: string): AgentFunction => named(name, () => throwError(() => new Error('Out of paper.')));
    const odd = named('odd', () => new Observable((subscriber) => { subscriber.error(undefined); }));
    const session = createSession({ generateId: (name) => name });
    expect(session.delegate(race(no('a'), odd, no('b')), brief).outcome).toMatchObject({
      error: { message: 'Nobody won the race: a, b: Out of paper; odd: it failed with undefined.' },
    });
  });

  it('should never start one that waits for a slot when another has won', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session }) => {
      const a = cold('  ---(r|)', { r: result('a') });
      const b = cold('  ---(r|)', { r: result('b') });
      const expected = '---(a|)';
      expectObservable(endOf(session.delegate(race(named('one', () => a), named('two', () => b)), brief))).toBe(expected);
      expectSubscriptions(b.subscriptions).toBe([]);
    }, { maxRunning: 1, overflow: 'queue' });
  });

  it('should let one that stands for several be one of them', () => {
    const session = createSession({ generateId: (name) => name });
    const inner = named('inner', race(named('a', () => NEVER), named('b', () => NEVER)));
    const task = session.delegate(race(inner, named('c', () => concat(of('c'), NEVER))), brief);
    const seen = watch(task.events.pipe(outcome(), map(({ type }) => type)));
    session.get('b')!.cancel();
    session.get('c')!.cancel('no');
    session.get('inner')!.cancel('no');
    expect(seen).toEqual(['failed', '|']);
    expect(session.get('a')!.outcome).toMatchObject({ reason: 'parent_ended' });
  });

  it.each([
    [[], 'Expected `agents` to hold at least an agent, got none.'],
    [[[() => 1]], 'Expected `agents[0]` to be an agent, got an array. Give the agents one by one, as in `race(...agents)`.'],
    [[() => 1, of(1)], 'Expected `agents[1]` to be an agent, got a stream. Give a function that makes one, as in `() => stream`.'],
    [[(async function* () { yield 1; })()],
      'Expected `agents[0]` to be an agent, got a stream. Give a function that makes one, as in `() => stream`.'],
    [[{ agent: () => 1, description: 'One.' }], 'Expected `agents[0]` to be an agent, got a definition. Give its `agent`.'],
    [[createSession().delegate(() => 1, brief)],
      'Expected `agents[0]` to be an agent, got a task, which runs already. Give the agent that it runs.'],
    [[null], 'Expected `agents[0]` to be an agent, got null.'],
    [['coder'], 'Expected `agents[0]` to be an agent, got "coder".'],
    [Array<never>(1), 'Expected `agents[0]` to be an agent, got undefined.'],
  ])('should refuse %p', (agents, sentence) => {
    expect(caught(() => race(...agents as AgentFunction[]))).toEqual(new InvalidArgumentError(sentence));
  });

  it('should be called race, and be deaf only if all of them are', () => {
    const deaf = Object.assign(() => 1, { steerable: false });
    expect(race(deaf, () => 2).name).toBe('race');
    expect(race(deaf, () => 2)).not.toHaveProperty('steerable');
    expect(race(deaf, deaf)).toHaveProperty('steerable', false);
  });

  it('should give each of them the brief', () => {
    const seen: unknown[] = [];
    const agent = (asked: object, _steering: unknown, { depth }: AgentContext) => {
      seen.push([asked, depth]);
      return NEVER;
    };
    createSession().delegate(race(agent, agent), { goal: 'win', context: 'fairly' });
    expect(seen).toEqual([[{ goal: 'win', context: 'fairly' }, 2], [{ goal: 'win', context: 'fairly' }, 2]]);
  });
});
