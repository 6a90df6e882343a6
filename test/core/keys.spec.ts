import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable, Subject } from 'rxjs';
import {
  createLimit, createSession, InvalidArgumentError, KeyTakenError, type Agent, type AgentContext, type DelegateOptions,
} from '../../src/index.js';
import { memoryStore, openSession } from '../../src/stores/index.js';
import { caught } from '../support/caught.js';

const idle = (): Observable<never> => NEVER;
const brief = { goal: 'g', parts: [1, { two: 2 }] };

describe('a key', () => {
  describe('join', () => {
    it('should answer with the task that runs, and call no agent again', () => {
      const session = createSession();
      let calls = 0;
      const agent = (): Observable<never> => { calls += 1; return NEVER; };
      const first = session.delegate(agent, brief, { key: 'k' });
      expect(session.delegate(agent, { goal: 'g', parts: [1, { two: 2 }] }, { key: 'k' })).toBe(first);
      expect(session.delegate(agent, brief, { key: 'k', whenTaken: 'join' })).toBe(first);
      expect(calls).toBe(1);
      expect(session.list()).toHaveLength(1);
    });

    it('should answer with the task that has ended, as long as it is kept', () => {
      const session = createSession({ retain: { count: 0, unheard: 0 } });
      const done = (): string[] => ['done'];
      const kept = createSession();
      const first = kept.delegate(done, brief, { key: 'k' });
      expect(kept.delegate(done, brief, { key: 'k' })).toBe(first);
      const gone = session.delegate(done, brief, { key: 'k' });
      expect(session.delegate(done, brief, { key: 'k' })).not.toBe(gone);
    });

    it('should join at the cap, where nothing more could be started', () => {
      const session = createSession({ maxRunning: 1 });
      const first = session.delegate(idle, brief, { key: 'k' });
      expect(session.delegate(idle, brief, { key: 'k' })).toBe(first);
    });

    it('should not mind that the agent was written anew, as it is for each request', () => {
      const session = createSession();
      const ask = (): unknown => session.delegate(() => NEVER, brief, { key: 'k', name: 'asked' });
      expect(ask()).toBe(ask());
    });

    it.each<[string, () => unknown]>([
      ['another brief', () => createWith().delegate(idle, { goal: 'other' }, { key: 'k' })],
      ['a brief that has more', () => createWith().delegate(idle, { ...brief, more: 1 } as never, { key: 'k' })],
      ['another agent', () => createWith().delegate(idle, brief, { key: 'k', name: 'other' })],
    ])('should refuse %s, and change nothing', (_what, ask) => {
      const error = caught(ask);
      expect(error).toBeInstanceOf(KeyTakenError);
      expect(error).toMatchObject({ code: 'taken', message: expect.stringMatching(/^Task idle-\w+ has the key k with another/) });
    });
  });

  describe('supersede', () => {
    it('should cancel the first and start the second in its place, also at the cap', () => {
      const session = createSession({ maxRunning: 1 });
      const first = session.delegate(idle, brief, { key: 'k' });
      const second = session.delegate(idle, { goal: 'other' }, { key: 'k', whenTaken: 'supersede' });
      expect(first.outcome).toMatchObject({ type: 'cancelled', reason: `superseded by ${second.id}` });
      expect(second.status).toBe('running');
      expect(session.capacity.running).toBe(1);
      // Whoever starts its successor knows of its end.
      expect(session.unheard()).toEqual([]);
      expect(session.delegate(idle, { goal: 'other' }, { key: 'k' })).toBe(second);
    });

    it('should supersede one that waits', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue', maxQueued: 1 });
      session.delegate(idle, brief);
      const first = session.delegate(idle, brief, { key: 'k' });
      expect(first.status).toBe('queued');
      // The queue is full, and what is superseded leaves it.
      expect(caught(() => session.delegate(idle, brief))).toMatchObject({ code: 'limit_reached' });
      const second = session.delegate(idle, { goal: 'other' }, { key: 'k', whenTaken: 'supersede' });
      expect([first.outcome, second.status]).toEqual([expect.objectContaining({ reason: `superseded by ${second.id}` }), 'queued']);
    });

    it('should leave all as it was where the second would have to wait and may not', () => {
      const session = createSession({ maxRunning: 1, maxQueued: 1, overflow: 'queue' });
      const seen: string[] = [];
      const first = session.delegate(idle, brief, { key: 'k' });
      first.events.subscribe(({ type }) => seen.push(type));
      const waiting = session.delegate(idle, brief);
      const ask = (): unknown => session.delegate(idle, { goal: 'other' }, { key: 'k', whenTaken: 'supersede' });
      expect(caught(ask)).toMatchObject({ code: 'limit_reached' });
      expect([first.status, waiting.status]).toEqual(['running', 'queued']);
      expect(seen).toEqual(['started']);
      first.cancel();
      expect(waiting.status).toBe('running');
    });

    it('should leave all as it was where the one that waits elsewhere gives no seat', () => {
      const limit = createLimit({ running: 1 });
      createSession().delegate(idle, brief, { limit });
      const session = createSession({ maxRunning: 1 });
      const first = session.delegate(idle, brief, { limit, key: 'k' });
      session.delegate(idle, brief);
      expect(first.status).toBe('queued');
      expect(caught(() => session.delegate(idle, brief, { key: 'k', whenTaken: 'supersede' }))).toMatchObject({ code: 'limit_reached' });
      expect(first.status).toBe('queued');
    });

    it('should take over the seat under a limit, also where a task above holds the other', () => {
      const limit = createLimit({ running: 2 });
      const session = createSession();
      let context: AgentContext | undefined;
      session.delegate((_brief, _steering, own) => { context = own; return NEVER; }, brief, { limit });
      const first = context!.delegate(idle, brief, { limit, key: 'k' });
      const second = context!.delegate(idle, brief, { limit, key: 'k', whenTaken: 'supersede' });
      expect([first.status, second.status]).toEqual(['cancelled', 'running']);
      expect(limit.running).toBe(2);
    });

    it('should leave all as it was where a store does not take the second', async () => {
      const session = await openSession({ store: memoryStore(), agents: { idle } });
      const first = session.delegate(idle, brief, { key: 'k' });
      const ask = (): unknown => session.delegate(idle, { goal: 'c', n: 1n } as never, { key: 'k', whenTaken: 'supersede' });
      expect(caught(ask)).toMatchObject({ code: 'invalid_argument' });
      expect(first.status).toBe('running');
      expect(session.capacity).toMatchObject({ running: 1, queued: 0 });
      await session.close();
    });

    it('should leave one alive where the teardown of the first takes the key as well', () => {
      const session = createSession();
      let times = 0;
      const agent = (): Observable<never> => new Observable(() => () => {
        if (times++ === 0) session.delegate(idle, { goal: 'in between' }, { key: 'k', whenTaken: 'supersede' });
      });
      session.delegate(agent, brief, { key: 'k' });
      const last = session.delegate(idle, { goal: 'last' }, { key: 'k', whenTaken: 'supersede' });
      const states = session.list().map(({ goal, status }) => `${goal} ${status}`);
      expect(states).toEqual(['g cancelled', 'last cancelled', 'in between running']);
      expect(last.outcome).toMatchObject({ reason: expect.stringMatching(/^superseded by/) });
    });

    it('should start anew where the first has ended', () => {
      const session = createSession();
      const first = session.delegate(() => ['done'], brief, { key: 'k' });
      expect(session.delegate(() => ['done'], brief, { key: 'k', whenTaken: 'supersede' })).not.toBe(first);
      expect(first.outcome?.type).toBe('completed');
    });

    it('should cancel nothing where the second is refused', () => {
      const session = createSession({ maxDepth: 1 });
      const first = session.delegate(idle, brief, { key: 'k' });
      const ask = (): unknown => session.delegate(idle, { goal: ' ' }, { key: 'k', whenTaken: 'supersede' });
      expect(caught(ask)).toBeInstanceOf(InvalidArgumentError);
      expect(first.status).toBe('running');
    });

    it('should let observers see the end of the first before the start of the second', () => {
      const session = createSession();
      const seen: string[] = [];
      session.events.subscribe(({ taskId, type }) => seen.push(`${taskId[0]} ${type}`));
      session.delegate(idle, brief, { key: 'k', name: 'a' });
      session.delegate(idle, brief, { key: 'k', name: 'b', whenTaken: 'supersede' });
      expect(seen).toEqual(['a started', 'a cancelled', 'b started']);
    });
  });

  describe('refuse', () => {
    it('should refuse while the first runs, and start anew when it has ended', () => {
      const session = createSession();
      const output = new Subject<string>();
      const first = session.delegate(() => output, brief, { key: 'k' });
      const ask = (): unknown => session.delegate(idle, brief, { key: 'k', whenTaken: 'refuse' });
      expect(caught(ask)).toMatchObject({
        code: 'taken', message: `Task ${first.id} has the key k and runs. Collect or cancel it first, or give another key.`,
      });
      output.next('done');
      output.complete();
      expect(ask()).not.toBe(first);
    });
  });

  it('should belong to the place in which it is given', () => {
    const session = createSession();
    const contexts: AgentContext[] = [];
    const parent: Agent = (_brief, _steering, context) => { contexts.push(context); return NEVER; };
    session.delegate(parent, brief);
    session.delegate(parent, brief);
    const scopes = [session, session.scope({ name: 'a' }), session.scope({ name: 'b' }), ...contexts];
    const tasks = scopes.map((scope) => scope.delegate(idle, brief, { key: 'k' }));
    expect(new Set(tasks).size).toBe(scopes.length);
    expect(session.scope({ name: 'a' }).delegate(idle, brief, { key: 'k' })).toBe(tasks[1]);
  });

  it.each<[string, DelegateOptions, string]>([
    ['a blank key', { key: ' ' }, 'Expected `key` to be a string that is not blank, got " ".'],
    ['a way that is none', { key: 'k', whenTaken: 'replace' as never },
      'Expected `whenTaken` to be join or supersede or refuse, got "replace".'],
    ['a way without a key', { whenTaken: 'join' },
      '`whenTaken` says what to do where a `key` is taken, and there is no `key`. Give one, or leave it out.'],
  ])('should refuse %s, and start nothing', (_, options, words) => {
    const session = createSession();
    expect(caught(() => session.delegate(idle, brief, options))).toEqual(new InvalidArgumentError(words));
    expect(session.list()).toEqual([]);
  });
});

function createWith(): ReturnType<typeof createSession> {
  const session = createSession();
  session.delegate(idle, brief, { key: 'k' });
  return session;
}

describe('meta', () => {
  it('should be on the task, in its snapshot and in each of its events', () => {
    const session = createSession();
    const meta = { trace: 't1' };
    const seen: unknown[] = [];
    session.events.subscribe((event) => { if (event.meta === undefined) seen.push(event); });
    const task = session.delegate(() => ['a', { type: 'step' } as const, 'x'.repeat(600)], brief, { meta });
    const late: unknown[] = [];
    task.events.subscribe(({ type, meta: of }) => { late.push([type, of]); });
    expect(late).toEqual(['started', 'line', 'step', 'line', 'completed'].map((type) => [type, meta]));
    expect(seen).toEqual([]);
    expect(task.meta).toEqual(meta);
    expect(task.snapshot().meta).toEqual(meta);
    expect(session.delegate(idle, brief).snapshot()).not.toHaveProperty('meta');
  });

  it('should be a copy', () => {
    const meta = { trace: 't1' };
    const task = createSession().delegate(idle, brief, { meta });
    meta.trace = 't2';
    expect(task.meta).toEqual({ trace: 't1' });
  });

  const text = 'a string of at most 500 characters';
  const whole = '`meta` to be an object of at most 16 strings of at most 500 characters';
  it.each<[string, unknown, string]>([
    ['a number in it', { ok: 'yes', a: 1 }, `\`meta.a\` to be ${text}, got 1.`],
    ['a list', ['a'], `${whole}, got an array.`],
    ['what cannot be read', { get a(): never { throw new Error('no'); } }, whole],
    ['too many', Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])),
      '`the number of fields in meta` to be at most 16, got 17.'],
    ['a text that is too long', { a: 'x'.repeat(501) }, `\`meta.a\` to be ${text}, got a string of 501 characters.`],
    ['a name that is too long', { ['x'.repeat(501)]: 'a' }, `\`a name in meta\` to be ${text}, got a string of 501 characters.`],
  ])('should refuse %s, and say what is wrong with it', (_, meta, words) => {
    expect(caught(() => createSession().delegate(idle, brief, { meta: meta as never }))).toMatchObject({
      name: 'InvalidArgumentError', message: expect.stringContaining(`Expected ${words}`),
    });
  });
});
