import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import {
  collect, createSession, InvalidArgumentError, line, NoResultError, result, StalledError, type AgentFunction, type Failure,
} from '../../src/index.js';
import { supervised, type SupervisedOptions } from '../../src/compose/index.js';
import { memoryStore, openSession } from '../../src/stores/index.js';
import { caught, rejection } from '../support/caught.js';
import { marbles } from '../support/laws/marbles.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { endOf, named } from './support/agents.js';

const brief = { goal: 'keep at it' };
const ids = (): ((name: string) => string) => {
  let made = 0;
  return (name) => `${name}-${++made}`;
};

const CODES = 'agent_error, no_result, invalid_result, deadline_exceeded, stalled, not_started, interrupted, budget_exceeded, unanswered';

describe('supervised', () => {
  it('should start it again when it has failed, each run a child of its own and a new attempt', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, session, flush }) => {
      const a = cold('  -x#              ', { x: line('almost') }, new Error('connection lost'));
      const first = '   ^-!              ';
      const second = '  -----^-!         ';
      const b = cold('            --(r|) ', { r: result('done') });
      const third = '   ----------^-!    ';
      const expected = '------------(d|) ';
      const runs = [a, a, b];
      const task = session.delegate(supervised(named('coder', () => runs.shift()!), { backoff: () => 3 }), brief);
      expectObservable(endOf(task)).toBe(expected, { d: 'done' });
      expectSubscriptions(a.subscriptions).toBe([first, second]);
      expectSubscriptions(b.subscriptions).toBe(third);
      flush();
      const { events } = task;
      const seen: string[] = [];
      events.subscribe((event) => {
        if (event.type === 'line') seen.push(`${event.attempt} ${event.text}`);
        if (event.type === 'attempt') seen.push(`${event.attempt} attempt ${event.agent}: ${event.reason}`);
      });
      expect(seen).toEqual([
        '1 coder1 started', '1 coder1 failed: connection lost',
        '2 attempt coder2: coder1 failed: connection lost', '2 coder2 started', '2 coder2 failed: connection lost',
        '3 attempt coder3: coder2 failed: connection lost', '3 coder3 started',
      ]);
    });
  });

  it('should give up after so many restarts, and say how often it has failed and why', () => {
    marbles(({ cold, expectObservable, session, flush }) => {
      const a = cold('  --#       ', undefined, new NoResultError('Nothing to say.'));
      const expected = '------(m|)';
      const task = session.delegate(supervised(named('coder', () => a), { restarts: 2, backoff: { initial: 0 } }), brief);
      expectObservable(endOf(task)).toBe(expected, {
        m: 'coder failed 3 times within 60000 ms, and is not started again: Nothing to say.',
      });
      flush();
      expect(task.outcome).toMatchObject({ error: { code: 'no_result', name: 'NoResultError' } });
    });
  });

  it('should wait longer from restart to restart, at most so long', () => {
    marbles(({ cold, expectSubscriptions, expectObservable, session }) => {
      const a = cold('#');
      const task = session.delegate(supervised(() => a, { restarts: 4, backoff: { initial: 1, factor: 2, max: 3 } }), brief);
      expectObservable(endOf(task)).toBe('---------(m|)', { m: expect.stringContaining('failed 5 times') });
      expectSubscriptions(a.subscriptions).toBe(['(^!)', '-(^!)', '---(^!)', '------(^!)', '---------(^!)']);
    });
  });

  it('should forget the restarts that are longer ago than `within`', () => {
    marbles(({ cold, expectSubscriptions, expectObservable, session, at }) => {
      const forgets = cold('---#');
      const counts = cold(' ---#');
      const cancel = '      ------------------x';
      const supervise = (agent: AgentFunction, within: number) =>
        session.delegate(supervised(agent, { restarts: 2, within, backoff: { initial: 1 } }), brief);
      const task = supervise(() => forgets, 9);
      expectObservable(endOf(task)).toBe('------------------(m|)', { m: 'cancelled: cancelled' });
      at(cancel, () => { task.cancel(); });
      expectObservable(endOf(supervise(() => counts, 10))).toBe('------------(m|)', { m: expect.stringContaining('3 times within 10 ms') });
      // The waiting grows with the restarts that count: 1, then 2, then 2 again.
      expectSubscriptions(forgets.subscriptions).toBe(['^--!', '----^--!', '---------^--!', '--------------^--!']);
      expectSubscriptions(counts.subscriptions).toBe(['^--!', '----^--!', '---------^--!']);
    });
  });

  it('should say that it waits between two runs, and be too late for none of its own limits by that', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, idleTimeout: 5, deadline: 10, generateId: ids() });
    const agent = named('coder', () => { throw new Error('no such host.'); });
    const task = session.delegate(supervised(agent, { backoff: { initial: 20 } }), brief);
    expect(task.snapshot()).toMatchObject({
      status: 'running', waitingFor: { reason: 'coder-2 failed: no such host. It is started again.', until: 20 },
    });
    advance(15);
    expect(task.status).toBe('running');
    advance(5);
    expect(session.list().map(({ status }) => status)).toEqual(['running', 'failed', 'failed']);
    task.cancel();
    expect(task.snapshot().waitingFor).toBeUndefined();
  });

  it('should start again what its own limits have ended', () => {
    marbles(({ cold, expectObservable, session, flush }) => {
      const hangs = cold('---------- ');
      const ends = cold('     --(r|)', { r: result('done') });
      const expected = '  ------(d|)';
      const runs = [hangs, ends];
      const task = session.delegate(supervised(() => runs.shift()!, { deadline: 4, backoff: { initial: 0 } }), brief);
      expectObservable(endOf(task)).toBe(expected, { d: 'done' });
      flush();
      expect(session.list()[1]!.outcome).toMatchObject({ error: { code: 'deadline_exceeded' } });
    });
  });

  it('should restart only after the failures that are meant, and fail as the child did after others', () => {
    const fails = (): never => { throw new StalledError('silent'); };
    const asked: Failure[] = [];
    for (const on of [['no_result'], [], (failure: Failure) => {
      asked.push(failure);
      return false;
    }] as const) {
      const session = createSession();
      const task = session.delegate(supervised(fails, { on }), brief);
      expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'stalled', message: 'silent' } });
      expect(session.tasks()).toHaveLength(2);
    }
    expect(asked).toMatchObject([{ code: 'stalled', message: 'silent' }]);
    marbles(({ expectObservable, session }) => {
      const runs = [fails, () => 'done'];
      const task = session.delegate(supervised(() => runs.shift()!(), { on: ['stalled'], backoff: { initial: 2 } }), brief);
      expectObservable(endOf(task)).toBe('--(d|)', { d: 'done' });
    });
  });

  it('should not start again what somebody has cancelled', () => {
    const session = createSession({ generateId: ids() });
    const task = session.delegate(supervised(named('coder', () => NEVER)), brief);
    session.get('coder-2')!.cancel('enough');
    expect(task.outcome).toMatchObject({
      type: 'failed', error: { code: 'agent_error', message: 'coder-2 was cancelled, and is not started again: enough' },
    });
    expect(session.tasks()).toHaveLength(2);
  });

  it('should not try again what cannot be started', () => {
    const session = createSession({ maxDepth: 1 });
    const task = session.delegate(supervised(() => NEVER), brief);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { message: expect.stringContaining('Tasks may be 1 generations deep') } });
  });

  it('should say what the last run failed with where no other can be started', async () => {
    const session = createSession({ maxDescendants: 2, generateId: ids() });
    const task = session.delegate(
      supervised(named('coder', () => { throw new Error('Out of ink.'); }), { backoff: { initial: 0 } }), brief,
    );
    expect(await rejection(collect(task))).toMatchObject({
      message: expect.stringMatching(/^coder was not started again: .*2 .*[^.]\. Before that coder-3 failed: Out of ink\.$/),
    });
    expect(task.outcome).toMatchObject({ error: { name: 'CapacityError' } });
  });

  it('should start again for ever without a wait, and let others run meanwhile', async () => {
    const session = createSession({ maxDescendants: Infinity, retain: { count: 0, unheard: 0 } });
    const boom = (): never => { throw new Error('no'); };
    const task = session.delegate(supervised(boom, { restarts: Infinity, backoff: { initial: 0 } }), brief);
    let turns = 0;
    const attempts = new Set<number>();
    task.events.subscribe(({ attempt }) => { attempts.add(attempt); });
    while ((turns < 100 || attempts.size < 1_100) && task.outcome === undefined) {
      await new Promise((resolve) => { setTimeout(resolve, 0); });
      turns += 1;
    }
    expect(task.outcome).toBeUndefined();
    expect(attempts.size).toBeGreaterThan(1_025);
    task.cancel();
  });

  it('should hold no timer when it is cancelled between two runs', () => {
    const { scheduler } = createVirtualTime();
    const session = createSession({ scheduler });
    const task = session.delegate(supervised(() => { throw new Error('no'); }), brief);
    expect(scheduler.actions).toHaveLength(1);
    task.cancel();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it('should begin anew when its process has ended, where its agent may', async () => {
    const store = memoryStore();
    const coder = (answer: AgentFunction) => supervised(Object.assign(named('coder', answer), { onRestart: 'restart' as const }));
    const first = coder(() => NEVER);
    const session = await openSession({ store, agents: { coder: first } });
    const { id } = session.delegate(first, brief);
    await session.close();
    await using next = await openSession({ store, agents: { coder: coder(() => 'done') } });
    expect(await collect(next.get(id)!)).toBe('done');
    expect(next.get(id)!.outcome).toMatchObject({ attempt: 2 });
    expect(next.list().map(({ status }) => status)).toEqual(['completed', 'failed', 'completed']);
  });

  it('should fail with what `on` or `backoff` throws, or where that is no time', () => {
    const failsWith = (options: SupervisedOptions): unknown =>
      createSession().delegate(supervised(() => { throw new Error('no'); }, options), brief).outcome;
    expect(failsWith({ on: () => { throw new TypeError('cannot judge'); } })).toMatchObject({ error: { message: 'cannot judge' } });
    expect(failsWith({ backoff: () => { throw new TypeError('cannot wait'); } })).toMatchObject({ error: { message: 'cannot wait' } });
    expect(failsWith({ backoff: () => NaN })).toMatchObject({ error: { message: expect.stringContaining('`the answer of backoff`') } });
  });

  it('should be called as its agent is, and say of itself what stays true', () => {
    const says = { description: 'Codes.', steerable: false, onRestart: 'resume' as const, limit: {} };
    const coder = supervised(Object.assign(named('coder', () => NEVER), says));
    expect(coder.name).toBe('coder');
    expect(Object.assign({}, coder)).toEqual({ steerable: false, description: 'Codes.' });
    expect(supervised(Object.assign(() => NEVER, { onRestart: 'restart' as const }))).toHaveProperty('onRestart', 'restart');
  });

  it.each<[unknown, unknown, string]>([
    [NEVER, {}, 'Expected `agent` to be an agent, got a stream. Give a function that makes one, as in `() => stream`.'],
    [() => 1, null, 'Expected `the options of supervised` to be an object, got null.'],
    [() => 1, { restarts: -1 }, 'Expected `restarts` to be a whole number from 0, or Infinity, got -1.'],
    [() => 1, { restarts: NaN }, 'Expected `restarts` to be a whole number from 0, or Infinity, got NaN.'],
    [() => 1, { within: 0 }, 'Expected `within` to be a number of milliseconds from 1 to 2147483647 (for no limit, leave it out), got 0.'],
    [() => 1, { on: ['stalled', 'agent_eror'] },
      `Expected \`on\` to be a function, or a list of ${CODES}, got an array.`],
    [() => 1, { on: 'stalled' }, `Expected \`on\` to be a function, or a list of ${CODES}, got "stalled".`],
    [() => 1, { backoff: 5 }, 'Expected `backoff` to be a function, or an object of initial, factor and max, got 5.'],
    [() => 1, { backoff: { factor: 0.5 } }, 'Expected `backoff.factor` to be a number from 1, got 0.5.'],
    [() => 1, { backoff: { first: 1 } }, 'Unknown field `first` in backoff. Expected: initial, factor, max.'],
    [() => 1, { deadline: 0 },
      'Expected `deadline` to be a number of milliseconds from 1 to 2147483647 (for no limit, leave it out), got 0.'],
    [() => 1, { restart: 1 },
      'Unknown field `restart` in the options of supervised. Expected: restarts, within, on, backoff, deadline, idleTimeout.'],
  ])('should refuse %p with %p', (agent, options, words) => {
    expect(caught(() => supervised(agent as AgentFunction, options as SupervisedOptions))).toEqual(new InvalidArgumentError(words));
  });
});
