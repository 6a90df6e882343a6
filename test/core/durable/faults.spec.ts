import { describe, expect, it } from '@jest/globals';
import { Observable } from 'rxjs';
import { collect, result, type AgentContext, type AgentFunction, type Brief } from '../../../src/index.js';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import type { Fact, Store } from '../../../src/core/store.js';
import { StoreLostError, StoreUnavailableError } from '../../../src/core/storeErrors.js';
import { createInbox } from '../../../src/inbox/index.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { createToolset } from '../../../src/tools/index.js';
import { slowStore } from '../../support/crashes/slowStore.js';
import { createVirtualTime } from '../../support/virtualTime.js';

/** A store that fails as long as it is told to. */
function failing(memory = memoryStore('the disk')): { readonly store: Store; fault: Error | undefined; commits: number } {
  const all = {
    fault: undefined as Error | undefined,
    commits: 0,
    store: {
      ...memory,
      commit: (facts: readonly Fact[]) => {
        if (all.fault !== undefined) throw all.fault;
        all.commits += 1;
        return memory.commit(facts);
      },
    },
  };
  return all;
}

const full = (): Error => new StoreUnavailableError('the disk is full');
const lost = (): Error => new StoreLostError('process 7 owns it now');
const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5); });

interface Control {
  readonly finish: Map<string, (text: string) => void>;
  readonly contexts: Map<string, AgentContext>;
  readonly agent: AgentFunction;
  stopped: number;
}

function control(): Control {
  const all: Control = {
    finish: new Map(), contexts: new Map(), stopped: 0,
    agent: ((brief: Brief, _: unknown, context: AgentContext) => new Observable((out) => {
      all.contexts.set(brief.goal, context);
      all.finish.set(brief.goal, (text) => {
        out.next(result(text));
        out.complete();
      });
      return () => { all.stopped += 1; };
    })) as AgentFunction,
  };
  return all;
}

const warningsOf = (session: DurableSession): string[] => {
  const codes: string[] = [];
  session.warnings.subscribe(({ code }) => codes.push(code));
  return codes;
};

describe('a session whose store fails', () => {
  it('should start nothing that cannot be kept, let go on what runs, and say so once', async () => {
    const disk = failing();
    const { agent, finish } = control();
    const { scheduler, advance } = createVirtualTime();
    const session = await openSession({ store: disk.store, agents: { agent }, scheduler });
    const codes = warningsOf(session);
    const task = session.delegate(agent, { goal: 'a' }, { name: 'agent' });
    const ended: string[] = [];
    task.events.subscribe(({ type }) => ended.push(type));
    disk.fault = full();
    expect(() => session.delegate(agent, { goal: 'b' }, { name: 'agent' })).toThrow(StoreUnavailableError);
    expect(() => session.delegate(agent, { goal: 'c' }, { name: 'agent' })).toThrow(StoreUnavailableError);
    expect([session.tasks().length, session.capacity.running, finish.size]).toEqual([1, 1, 1]);
    finish.get('a')!('done');
    advance(20_000);
    expect(ended).toEqual(['started']);
    await Promise.resolve();
    expect(codes).toEqual(['store_unavailable']);
    disk.fault = undefined;
    advance(1_000);
    expect(ended).toEqual(['started', 'completed']);
    await Promise.resolve();
    expect(codes).toEqual(['store_unavailable', 'store_available']);
    expect(session.delegate(agent, { goal: 'd' }, { name: 'agent' }).status).toBe('running');
    await session.close();
  });

  it('should write from inside a warning without trying twice at once', async () => {
    const disk = failing();
    const { agent } = control();
    const { scheduler, advance } = createVirtualTime();
    const session = await openSession({ store: disk.store, agents: { agent }, scheduler });
    const task = session.delegate(agent, { goal: 'a' }, { name: 'agent' });
    session.warnings.subscribe(() => { task.steer('from inside'); });
    disk.fault = full();
    task.steer('first');
    await Promise.resolve();
    disk.fault = undefined;
    advance(2_000);
    await Promise.resolve();
    // The first of the warnings says that nothing can be kept: what is sent then is refused.
    expect(task.snapshot().steering.queued).toBe(2);
    // What is tried again, and nothing else.
    expect(scheduler.actions.length).toBe(0);
    const { commits } = disk;
    advance(10_000);
    expect(disk.commits).toBe(commits);
    await session.close();
  });

  it('should let tools answer `store_unavailable` within five seconds, and hand nothing over', async () => {
    const disk = failing();
    const { agent, finish } = control();
    const { scheduler, advance } = createVirtualTime();
    const session = await openSession({ store: disk.store, agents: { agent }, scheduler });
    const tools = createToolset(session, { agents: { agent } });
    const inbox = createInbox(session);
    const id = session.delegate(agent, { goal: 'a' }, { name: 'agent' }).id;
    disk.fault = full();
    finish.get('a')!('done');
    expect(inbox.lease()).toBeUndefined();
    const answers = [tools.delegate_task_async.execute({ goal: 'b' }), tools.check_task.execute({ task_id: id })];
    const steered = tools.steer_task.execute({ task_id: id, message: 'too late' });
    await turn();
    advance(5_000);
    expect((await Promise.all(answers)).map(({ code }) => code)).toEqual(['store_unavailable', 'store_unavailable']);
    expect((await steered).ok).toBe(false);
    disk.fault = undefined;
    advance(1_000);
    expect((await tools.check_task.execute({ task_id: id }))['summary']).toBe('done');
    await session.close();
  });

  it('should end all children and fail all waits where the store is lost, and tell nobody what is not kept', async () => {
    const disk = failing();
    const children = control();
    const { agent, finish } = children;
    const session = await openSession({ store: disk.store, agents: { agent: { agent, onRestart: 'restart' } } });
    const codes = warningsOf(session);
    const tools = createToolset(session, { agents: { agent } });
    const inbox = createInbox(session);
    const [a, b] = ['a', 'b', 'c'].map((goal) => session.delegate(agent, { goal }, { name: 'agent' }));
    const seen: string[] = [];
    a!.events.subscribe({ next: ({ type }) => seen.push(type), complete: () => seen.push('over') });
    const collected = [a!, b!].map((task) => collect(task).catch((error: unknown) => (error as { readonly code: string }).code));
    const waited = tools.collect_task.execute({ task_id: b!.id });
    finish.get('c')!('was kept');
    const batch = inbox.lease();
    disk.fault = lost();
    finish.get('a')!('is not kept');
    const late: string[] = [];
    a!.events.subscribe({ next: ({ type }) => late.push(type), complete: () => late.push('over') });
    expect(await Promise.all(collected)).toEqual(['session_closed', 'session_closed']);
    expect((await waited).code).toBe('store_lost');
    expect([seen, late]).toEqual([['started', 'over'], ['over']]);
    expect(codes).toEqual(['store_lost']);
    expect(children.stopped).toBe(3);
    expect(inbox.lease()).toBeUndefined();
    expect((await tools.list_tasks.execute({})).code).toBe('store_lost');
    expect(() => session.delegate(agent, { goal: 'd' })).toThrow();
    await expect(session.kept()).rejects.toThrow(StoreLostError);
    batch!.acknowledge();
    expect((await session.close()).kept).toEqual([]);
    await turn();
  });

  it('should let go of who waits where it is closed while its store does not answer', async () => {
    const slow = slowStore();
    const { agent, finish } = control();
    const { scheduler, advance } = createVirtualTime();
    const opening = openSession({ store: slow.store, agents: { agent }, scheduler });
    await turn();
    slow.done();
    const session = await opening;
    const task = session.delegate(agent, { goal: 'a' }, { name: 'agent' });
    await turn();
    slow.done();
    await turn();
    finish.get('a')!('done');
    const collected = collect(task).catch((error: unknown) => (error as { readonly code: string }).code);
    const closing = session.close().catch((error: unknown) => (error as { readonly code: string }).code);
    await turn();
    advance(5_000);
    expect(await closing).toBe('store_unavailable');
    expect(await collected).toBe('session_closed');
  });

  it('should give the store back where it cannot be opened', async () => {
    const memory = memoryStore('the disk');
    const disk = failing(memory);
    const { agent } = control();
    const { scheduler, advance } = createVirtualTime();
    disk.fault = full();
    const opening = openSession({ store: disk.store, agents: { agent }, scheduler }).catch((error: unknown) => error);
    await turn();
    advance(5_000);
    expect(await opening).toBeInstanceOf(StoreUnavailableError);
    disk.fault = undefined;
    await (await openSession({ store: disk.store, agents: { agent }, scheduler })).close();
  });

  it('should be told of an end that is heard of in the turn in which something is written', async () => {
    const disk = failing();
    const { agent, finish, contexts } = control();
    const session = await openSession({ store: disk.store, agents: { agent } });
    const inbox = createInbox(session);
    const [a, b] = ['a', 'b'].map((goal) => session.delegate(agent, { goal }, { name: 'agent' }));
    finish.get('a')!('done');
    const batch = inbox.lease()!;
    const heard: boolean[] = [];
    b!.events.subscribe(({ type }) => {
      if (type !== 'line') return;
      // What is written here is kept behind the turn, and the acknowledgement holds all the same.
      b!.steer('more');
      batch.acknowledge();
      heard.push(a!.isHeard);
    });
    contexts.get('b')!.emit('a line');
    expect(heard).toEqual([true]);
    await session.close();
  });
});

describe('a store that refuses the first fact of an idle session', () => {
  it('should take the next delegate when it can be written again, and tell that once', async () => {
    const disk = failing();
    const { agent } = control();
    const session = await openSession({ store: disk.store, agents: { agent } });
    const codes = warningsOf(session);
    disk.fault = full();
    for (let n = 0; n < 3; n++) expect(() => session.delegate(agent, { goal: 'a' })).toThrow(StoreUnavailableError);
    expect(session.list()).toEqual([]);
    disk.fault = undefined;
    expect(session.delegate(agent, { goal: 'b' }).status).toBe('running');
    await Promise.resolve();
    expect(codes).toEqual(['store_unavailable', 'store_available']);
    await session.close();
  });

  it('should refuse an id that an earlier life has made, and go on', async () => {
    const store = memoryStore();
    const { agent } = control();
    const options = { store, agents: { agent }, retain: { count: 0, unheard: 0 } };
    const first = await openSession({ ...options, generateId: () => 'same' });
    first.delegate(() => ['done'], { goal: 'a' });
    await first.close();
    const ids = ['same', 'other'];
    const second = await openSession({ ...options, generateId: () => ids.shift()! });
    const codes = warningsOf(second);
    expect(second.delegate(agent, { goal: 'b' }).id).toBe('other');
    expect(codes).toEqual([]);
    await second.close();
  });
});
