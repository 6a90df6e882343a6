import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, map, NEVER, of, Subject, take } from 'rxjs';
import { createSession, fromAsync, isOutcome, line, result, run, type Agent, type AgentFunction, type Task } from '../../src/index.js';
import { hedge, quorum, race, supervised } from '../../src/compose/index.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { named } from './support/agents.js';

type Two = readonly [AgentFunction, AgentFunction];

/** What makes one agent of two, both of which are started at once. */
const COMBINATORS: readonly (readonly [string, (...two: Two) => Agent<unknown>])[] = [
  ['race', (a, b) => race(a, b)],
  ['quorum', (a, b) => quorum(1, [a, b])],
  ['hedge', (a, b) => hedge(a, { when: () => of('now'), agents: [b] })],
  ['a race of races', (a, b) => race(race(a), race(b))],
  ['a hedge of supervised ones', (a, b) => hedge(supervised(a), { when: () => of('now'), agents: [supervised(b)] })],
];

const brief = { goal: 'do it once' };
const ids = (): ((name: string) => string) => {
  let made = 0;
  return (name) => `${name}-${++made}`;
};
const byName = (tasks: readonly Task[], name: string): Task => tasks.findLast((task) => task.snapshot(0).agent === name)!;

const hears = (heard: string[], name: string): AgentFunction => (_brief, steering) => steering.pipe(map((message) => {
  heard.push(`${name} ${message}`);
  return line(message);
}));

describe.each(COMBINATORS)('the alternatives of %s', (_, combine) => {
  it('should all be told what it is told, which is delivered when one of them has taken it', () => {
    const session = createSession({ generateId: ids() });
    const heard: string[] = [];
    const listens = (name: string): AgentFunction => named(name, hears(heard, name));
    const task = session.delegate(combine(named('mute', () => NEVER), listens('b')), brief);
    expect(task.steer('left')).toMatchObject({ state: 'delivered' });
    expect(heard).toEqual(['b left']);
    expect(byName(session.tasks(), 'mute').snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
    const both = session.delegate(combine(listens('c'), listens('d')), brief);
    expect(both.steer('right')).toMatchObject({ state: 'delivered' });
    expect(heard.slice(1)).toEqual(['c right', 'd right']);
  });

  it('should all be told every message, also while nobody has taken the one before', () => {
    const session = createSession();
    const task = session.delegate(combine(named('one', () => NEVER), named('other', () => NEVER)), brief);
    task.steer('left');
    task.steer('right');
    expect(task.snapshot().steering).toMatchObject({ queued: 2 });
    for (const name of ['one', 'other']) expect(byName(session.tasks(), name).snapshot().steering).toMatchObject({ queued: 2 });
  });

  it('should all be told what it was told before they were started', () => {
    const session = createSession({ maxRunning: 2, overflow: 'queue', maxDepth: 4 });
    const busy = [session.delegate(() => NEVER, brief), session.delegate(() => NEVER, brief)];
    const heard: string[] = [];
    const task = session.delegate(combine(hears(heard, 'a'), hears(heard, 'b')), brief);
    const receipt = task.steer('left');
    expect(receipt.state).toBe('queued');
    busy[0]!.cancel();
    expect(heard).toEqual(['a left', 'b left']);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 1, missed: 0 });
  });

  it('should let a message be missed that all of them refuse, and wait for one that may take it yet', () => {
    const session = createSession({ mailboxSize: 1, generateId: ids() });
    const deaf = (): AgentFunction => Object.assign(() => NEVER, { steerable: false });
    const refused = session.delegate(combine(deaf(), deaf()), brief, { steerable: true });
    const receipt = refused.steer('left');
    expect(receipt).toMatchObject({ state: 'missed' });
    const waits = session.delegate(combine(deaf(), () => NEVER), brief);
    expect(waits.steer('left')).toMatchObject({ state: 'queued' });
    expect(waits.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
    waits.cancel();
    expect(waits.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 1 });
  });

  it('should make it deaf only if all of them are', () => {
    const deaf = (): AgentFunction => Object.assign(() => NEVER, { steerable: false });
    expect(combine(deaf(), deaf())).toHaveProperty('steerable', false);
    expect(combine(deaf(), () => NEVER)).not.toHaveProperty('steerable');
    expect(combine(() => NEVER, deaf())).not.toHaveProperty('steerable');
  });

  it('should be told to nobody above when they have ended', () => {
    const session = createSession({ maxDepth: 4 });
    session.unheard();
    const task = session.delegate(combine(() => NEVER, () => of(result('done'))), brief);
    expect(task.outcome).toMatchObject({ result: 'done' });
    expect(session.unheard()).toEqual([task]);
    const failed = session.delegate(race(() => { throw new Error('no'); }), brief);
    expect(session.unheard()).toEqual([task, failed]);
  });

  it('should have ended before it does, and be waited for until they have really stopped', async () => {
    const session = createSession({ maxDepth: 4 });
    const ends: string[] = [];
    session.events.subscribe((event) => { if (isOutcome(event)) ends.push(event.taskId); });
    const gone = new Subject<void>();
    const clings: AgentFunction = (_brief, _steering, { holdStop }) => {
      holdStop(gone.pipe(take(1)));
      return NEVER;
    };
    const task = session.delegate(combine(clings, fromAsync(async () => 'done')), brief);
    await firstValueFrom(task.ended);
    expect(ends.at(-1)).toBe(task.id);
    expect(ends).toHaveLength(session.tasks().length);
    let stopped = false;
    task.stopped.subscribe(() => { stopped = true; });
    expect(stopped).toBe(false);
    gone.next();
    expect(stopped).toBe(true);
  });

  it('should end with it when it is cancelled, or unsubscribed', () => {
    let live = 0;
    const works: AgentFunction = (_brief, _steering, { signal }) => {
      live += 1;
      signal.addEventListener('abort', () => { live -= 1; });
      return NEVER;
    };
    const session = createSession({ maxDepth: 4 });
    const task = session.delegate(combine(works, works), brief);
    expect(live).toBe(2);
    task.cancel();
    expect(live).toBe(0);
    const subscription = run(combine(works, works), brief).subscribe();
    expect(live).toBe(2);
    subscription.unsubscribe();
    expect(live).toBe(0);
  });
});

describe('the alternatives that start later', () => {
  it('should be told what the earlier ones have been told, the last 32 messages of it', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, mailboxSize: 100 });
    const heard: string[][] = [];
    const listens: AgentFunction = (_brief, steering) => {
      const own: string[] = [];
      heard.push(own);
      return steering.pipe(map((message) => {
        own.push(message);
        if (message === 'fail') throw new Error('no');
        return line(message);
      }));
    };
    const hedged = session.delegate(hedge(listens, { after: 5 }), brief);
    for (let n = 1; n <= 40; n++) hedged.steer(`${n}`);
    advance(5);
    expect(heard[1]).toEqual(heard[0]!.slice(8));
    const flaky = session.delegate(supervised((...given) => heard.length < 4 ? listens(...given) : NEVER), brief);
    flaky.steer('left');
    flaky.steer('fail');
    expect(flaky.steer('right')).toMatchObject({ state: 'queued' });
    advance(1_000);
    expect(heard.slice(2)).toEqual([['left', 'fail'], ['left', 'fail']]);
  });
});
