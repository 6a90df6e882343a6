import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Observable, Subject } from 'rxjs';
import { createSession, isOutcome, SidestreamError, type Agent, type Session, type Task, type TaskEvent } from '../../src/index.js';
import { nothingHangs } from '../support/laws/checks/nothingHangs.js';
import { nasties } from '../support/laws/nasties.js';
import { onRandomSchedules, play, timesLawRuns, withStillClock } from '../support/laws/play.js';

/** A task beside those that misbehave: whatever they do, it must not be seen in it. */
function canary(session: Session): { readonly task: Task; readonly isWell: () => void } {
  const child = new Subject<string>();
  const task = session.delegate(() => child, { goal: 'sing' }, { name: 'canary' });
  const seen: TaskEvent[] = [];
  task.events.subscribe((event) => seen.push(event));
  let n = 0;
  return {
    task,
    isWell: () => {
      child.next(`line ${++n}`);
      expect(seen.map(({ type }) => type)).toEqual(['started', ...Array.from({ length: n }, () => 'line')]);
      expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, seq) => seq));
      expect(task.snapshot()).toMatchObject({ status: 'running', steering: { queued: 0, delivered: 0, missed: 0 }, lateOutputs: 0 });
    },
  };
}

const makers = nasties.map(([, make]) => make);
/** In a function: fast-check itself looks into the values that it makes, and some of these throw at a look. */
const nasty: fc.Arbitrary<() => unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...makers) },
  { weight: 1, arbitrary: fc.anything({
    withBigInt: true, withDate: true, withNullPrototype: true, withObjectString: true, withTypedArray: true, withMap: true,
  }).map((thing) => () => thing) },
);

/** What a child can do with something nasty. */
const ways: Record<string, (thing: unknown) => Agent> = {
  answers: (thing) => () => thing as never,
  throws: (thing) => () => { throw thing; },
  emits: (thing) => () => new Observable<string>((child) => {
    child.next('before');
    child.next(thing as never);
    child.next('after');
    child.complete();
  }),
  errors: (thing) => () => new Observable<string>((child) => { child.error(thing); }),
  'emits after its end': (thing) => () => new Observable<string>((child) => {
    child.next('before');
    child.complete();
    /* eslint-disable rxjs-x/no-redundant-notify -- that is the point */
    child.next(thing as never);
    child.error(thing);
    /* eslint-enable rxjs-x/no-redundant-notify */
  }),
  resolves: (thing) => () => Promise.resolve().then(() => thing) as Promise<string>,
  rejects: (thing) => () => Promise.resolve().then(() => { throw thing; }),
  yields: (thing) => async function* () { yield thing as string; },
  returns: (thing) => async function* () { yield 'before'; return thing; },
  'throws in its teardown': (thing) => () => new Observable<string>((child) => {
    child.next('before');
    child.complete();
    return () => { throw thing; };
  }),
};

describe('law 10: no input throws out, hangs a session or changes another scope’s tasks', () => {
  it('should end every child that misbehaves, say why, and let the others go on', async () => {
    const anyWay = fc.constantFrom(...Object.keys(ways));
    await withStillClock(() => fc.assert(fc.asyncProperty(anyWay, nasty, fc.boolean(), async (way, make, watched) => {
      const thing = make();
      const session = createSession({ cancelGrace: 0 });
      const bird = canary(session);
      let toldOfOutcome = 0;
      if (watched) session.events.subscribe((event) => { if (isOutcome(event)) toldOfOutcome += 1; });
      const task = session.delegate(ways[way]!(thing), { goal: 'misbehave' });
      const ill = session.delegate(() => new Observable<string>(() => undefined), { goal: 'be cancelled' });
      expect(ill.cancel(thing)).toBe(true);
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      const { outcome } = task.snapshot();
      expect(outcome === undefined ? 'nothing' : ['completed', 'failed'].includes(outcome.type)).toBe(true);
      if (outcome?.type === 'failed') {
        expect(outcome.error.message).not.toBe('');
        expect(typeof outcome.error.name).toBe('string');
      }
      expect(typeof (ill.snapshot().outcome as { reason?: unknown }).reason).toBe('string');
      if (watched) expect(toldOfOutcome).toBe(2);
      bird.isWell();
      expect((await session.close(thing)).ids).toEqual([bird.task.id]);
    }), { numRuns: timesLawRuns(200) }));
  });

  it('should refuse in its own words or do as asked, whatever a caller hands in', async () => {
    const agent: Agent = () => new Observable<string>(() => undefined);
    const calls: Record<string, (session: Session, task: Task, thing: never) => unknown> = {
      'an agent': (session, _, thing) => session.delegate(thing, { goal: 'x' }),
      'a brief': (session, _, thing) => session.delegate(agent, thing),
      'a goal': (session, _, thing) => session.delegate(agent, { goal: thing }),
      'delegate options': (session, _, thing) => session.delegate(agent, { goal: 'x' }, thing),
      'a name': (session, _, thing) => session.delegate(agent, { goal: 'x' }, { name: thing }),
      'a deadline': (session, _, thing) => session.delegate(agent, { goal: 'x' }, { deadline: thing }),
      'an idle timeout': (session, _, thing) => session.delegate(agent, { goal: 'x' }, { idleTimeout: thing }),
      'session options': (_, __, thing) => createSession(thing),
      'a cap': (_, __, thing) => createSession({ maxRunning: thing }),
      'a retention': (_, __, thing) => createSession({ retain: thing }),
      'a count of lines': (_, task, thing) => task.snapshot(thing),
      'an id to get': (session, _, thing) => session.get(thing),
      'an id that may be evicted': (session, _, thing) => session.isEvicted(thing),
    };
    const neverThrow: Record<string, (task: Task, thing: never) => unknown> = {
      'a message': (task, thing) => task.steer(thing),
      'an id of a message': (task, thing) => task.steer('x', { id: thing }),
      'steer options': (task, thing) => task.steer('x', thing),
      'a next': (task, thing) => { task.steering.next(thing); },
      'an error': (task, thing) => { task.steering.error(thing); },
    };
    await fc.assert(fc.asyncProperty(nasty, async (make) => {
      const thing = make();
      const session = createSession({ maxRunning: Infinity, cancelGrace: 0 });
      const bird = canary(session);
      const task = session.delegate(agent, { goal: 'wait' });
      for (const [name, call] of Object.entries(calls)) {
        const before = session.list().length;
        try {
          call(session, task, thing as never);
        } catch (thrown) {
          expect([name, isOwn(thrown) || isTrap(thrown)]).toEqual([name, true]);
          expect(session.list().length).toBe(before);
        }
      }
      for (const [name, call] of Object.entries(neverThrow)) {
        const thrown = thrownBy(() => call(task, thing as never));
        expect([name, isTrap(thrown) ? 'nothing' : thrown]).toEqual([name, 'nothing']);
      }
      bird.isWell();
      expect((await session.close()).stopped).toBe(true);
    }), { numRuns: timesLawRuns(80) });
  });

  it('should show a scope only what is below it', () => {
    const session = createSession({ generateId: (name) => name });
    const scopes: Record<string, Parameters<Agent>[2]> = {};
    const agent = (name: string): Agent => (_brief, _steering, context) => {
      scopes[name] = context;
      return new Observable<string>(() => undefined);
    };
    session.delegate(agent('a'), { goal: 'a' }, { name: 'a' });
    session.delegate(agent('b'), { goal: 'b' }, { name: 'b' });
    const { a, b } = scopes as { a: Parameters<Agent>[2]; b: Parameters<Agent>[2] };
    const seen: Record<string, string[]> = { a: [], b: [] };
    a.events.subscribe(({ taskId }) => seen['a']?.push(taskId));
    b.events.subscribe(({ taskId }) => seen['b']?.push(taskId));
    a.delegate(agent('a1'), { goal: 'a1' }, { name: 'a1' });
    scopes['a1']?.delegate(agent('a2'), { goal: 'a2' }, { name: 'a2' });
    b.delegate(agent('b1'), { goal: 'b1' }, { name: 'b1' });

    const all = ['a', 'a1', 'a2', 'b', 'b1'];
    const visible = (scope: Pick<Session, 'get' | 'list'>): string[] => {
      const got = all.filter((id) => scope.get(id) !== undefined);
      expect(scope.list().map(({ taskId }) => taskId).sort()).toEqual(got);
      return got;
    };
    expect(visible(session)).toEqual(all);
    expect(visible(a)).toEqual(['a1', 'a2']);
    expect(visible(scopes['a1']!)).toEqual(['a2']);
    expect(visible(scopes['a2']!)).toEqual([]);
    expect(visible(b)).toEqual(['b1']);
    expect(seen).toEqual({ a: ['a1', 'a2'], b: ['b1'] });
  });

  it('should know an evicted task in the scopes above it only', async () => {
    const session = createSession({ generateId: (name) => name, retain: { count: 0, unheard: 0 } });
    const scopes: Record<string, Parameters<Agent>[2]> = {};
    const agent = (name: string): Agent => (_brief, _steering, context) => {
      scopes[name] = context;
      return new Observable<string>(() => undefined);
    };
    for (const name of ['a', 'b']) session.delegate(agent(name), { goal: name }, { name });
    scopes['a']?.delegate(() => ['done'], { goal: 'a1' }, { name: 'a1' });

    expect([session, scopes['a'], scopes['b']].map((scope) => scope?.isEvicted('a1'))).toEqual([true, true, false]);
    expect([session, scopes['a'], scopes['b']].map((scope) => scope?.get('a1'))).toEqual([undefined, undefined, undefined]);
    expect(session.isEvicted('never was')).toBe(false);
    await session.close();
  });

  onRandomSchedules('should let no waiting task hang, exceed no cap and refuse nothing without reason',
    { delegate: 14, cancel: 4, observe: 5 }, 500, (history) => play(history, [nothingHangs]));
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
    return 'nothing';
  } catch (thrown) {
    return thrown;
  }
}

const isOwn = (thrown: unknown): boolean => thrown instanceof SidestreamError;

/** A trap of the caller's own that went off is the caller's own to catch. */
const isTrap = (thrown: unknown): boolean => thrown instanceof Error && thrown.message === 'a trap';
