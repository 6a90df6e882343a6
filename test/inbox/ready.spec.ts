import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { openSession, type DurableSession } from '../../src/core/openSession.js';
import type { Store } from '../../src/core/store.js';
import { createSession, type Brief, type Task } from '../../src/index.js';
import { announcing, createInbox, type Batch, type Inbox } from '../../src/inbox/index.js';
import { memoryStore } from '../../src/stores/memory.js';
import { createToolset, type Toolset } from '../../src/tools/index.js';
import { livesOf } from '../support/stores/livesOf.js';
import { slowStore, type SlowStore } from '../support/stores/slowStore.js';
import { createVirtualTime } from '../support/virtualTime.js';

describe('inbox.ready, with a store that takes its time', () => {
  it('should have nothing to wait for without a store, and with one that keeps at once', async () => {
    await using plain = createSession();
    plain.delegate(() => ['done'], { goal: 'one' });
    const inbox = createInbox(plain);
    expect(inbox.ready()).toBeUndefined();
    expect(inbox.turn().ready({})).toBeUndefined();
    expect(inbox.lease()?.isKept).toBeUndefined();

    await using at = await setUp(memoryStore());
    at.end(await at.start());
    expect(at.inbox.ready()).toBeUndefined();
    expect(at.inbox.lease()).toMatchObject({ completions: [{ summary: 'done' }], isKept: true });
  });

  it('should hand over behind `ready`, once it is kept that it is told', async () => {
    const store = slowStore(memoryStore());
    await using at = await setUp(store);
    const task = await at.start();
    at.end(task);
    expect(at.inbox.lease()).toBeUndefined();
    await at.inbox.ready();
    const batch = at.inbox.lease()!;
    expect(store.kept.at(-1)).toEqual({ type: 'told', kind: 'batch', mark: batch.id, ids: [task.id] });
    batch.acknowledge();
    expect(task.isHeard).toBe(true);
    expect(at.inbox.waiting).toBe(0);
    await at.inbox.ready();
    expect(store.kept.at(-1)).toEqual({ type: 'heard', ids: [task.id] });
  });

  it('should take what has come back and one new batch, as without it', async () => {
    await using at = await setUp(slowStore(memoryStore()));
    const turn = at.inbox.turn();
    at.end(await at.start());
    await turn.ready({});
    const [first] = turn.take({});
    at.end(await at.start());
    at.end(await at.start());
    first!.release();
    await turn.ready({});
    expect(turn.take({}).map(({ id, completions }) => [id === first!.id, completions.length])).toEqual([[true, 1], [false, 2]]);
  });

  it.each(['hangs', 'refuses'] as const)('should wait once for a store that %s, and hand over when it answers', async (how) => {
    const store = slowStore(memoryStore());
    await using at = await setUp(store);
    const task = await at.start();
    await at.session.kept();
    store.stop(how);
    at.end(task);
    const waited = at.inbox.ready();
    await turns();
    at.advance(4_999);
    expect(await Promise.race([waited, turns().then(() => 'waits')])).toBe('waits');
    at.advance(2);
    await waited;
    expect(at.inbox.lease()).toBeUndefined();
    expect(at.inbox.ready()).toBeUndefined();
    store.goOn();
    await turns();
    at.advance(1_000);
    await turns();
    expect(at.inbox.lease()?.completions).toHaveLength(1);
    expect(at.inbox.ready()).toBeUndefined();
  });

  it('should hand a batch over at the boundary at which there is one', async () => {
    await using at = await setUp(slowStore(memoryStore()));
    const boundary = new Subject<void>();
    const batches: Batch[] = [];
    const watching = at.inbox.batches({ boundary }).subscribe((batch) => batches.push(batch));
    at.end(await at.start());
    boundary.next();
    await turns();
    expect(batches.map(({ completions }) => completions.length)).toEqual([1]);
    watching.unsubscribe();
  });

  it('should tell at the head of the next answer, by a name that a next life has too', async () => {
    await using at = await setUp(slowStore(memoryStore()));
    const task = await at.start();
    at.end(task);
    const { list_tasks } = announcing(at.toolset, at.inbox);
    expect(await list_tasks.execute({})).toMatchObject({ ended: [{ task_id: task.id }], ended_notice: expect.stringMatching(/^\w{6}$/) });
    expect(task.isHeard).toBe(true);
  });

  it('should hear of nothing by an answer that a store had no room for', async () => {
    const store = slowStore(memoryStore());
    await using at = await setUp(store);
    const [one, other] = [await at.start(), await at.start()];
    at.end(one);
    await at.session.kept();
    store.stop();
    at.end(other);
    const answer = at.toolset.collect_task.execute({ task_id: one.id, timeout: 0 });
    await turns();
    at.advance(5_001);
    expect(await answer).toMatchObject({ ok: false, code: 'store_unavailable' });
    expect(one.isHeard).toBe(false);
    store.goOn();
    await turns();
    expect(await at.toolset.collect_task.execute({ task_id: one.id, timeout: 0 })).toMatchObject({ ok: true, summary: 'done' });
    expect(one.isHeard).toBe(true);
  });

  it('should tell only once what a tool has ended, while the store is at work', async () => {
    await using at = await setUp(slowStore(memoryStore()));
    const task = await at.start();
    expect(await at.toolset.cancel_task.execute({ task_id: task.id })).toMatchObject({ ok: true, cancelled: true });
    await at.inbox.ready();
    expect(at.inbox.lease()).toBeUndefined();
  });

  it('should hand over nothing once somebody else owns the store, or the session is closed: that is for the next life', async () => {
    const next = livesOf(memoryStore());
    const [first, second] = [next(), next()];
    await using at = await setUp(first.store);
    at.end(await at.start());
    await using taken = await setUp(second.store);
    expect(at.inbox.lease()).toBeUndefined();
    expect(taken.inbox.waiting).toBe(1);
    await taken.session.close();
    expect(taken.inbox.lease()).toBeUndefined();
  });

  it('should know both answers again where a provider counts its calls anew', async () => {
    const memory = memoryStore();
    const first = await setUp(memory);
    const [one, other] = [await first.start(), await first.start()];
    for (const task of [one, other]) first.end(task);
    first.inbox.turn().send({}).answered(['call_0']);
    const answers: [string, unknown][] = [];
    for (const { id: task_id } of [one, other]) {
      answers.push(['call_0', await first.toolset.collect_task.execute({ task_id, timeout: 0 }, { callId: 'call_0' })]);
    }
    expect([one.isHeard, other.isHeard]).toEqual([false, false]);
    void memory.close();

    await using second = await setUp(memory);
    const turn = second.inbox.turn();
    const sent = { answers: () => answers };
    expect(turn.take(sent)).toEqual([]);
    turn.send(sent).answered();
    expect(second.session.unheard()).toEqual([]);
  });
});

interface Stage extends AsyncDisposable {
  readonly session: DurableSession;
  readonly inbox: Inbox;
  readonly toolset: Toolset;
  start(): Promise<Task>;
  end(task: Task): void;
  advance(ms: number): void;
}

async function setUp(store: Store | SlowStore): Promise<Stage> {
  const { scheduler, advance } = createVirtualTime();
  const ends = new Map<string, Subject<string>>();
  const worker = ({ goal }: Brief): Subject<string> => {
    const end = new Subject<string>();
    ends.set(goal, end);
    return end;
  };
  const agents = { worker };
  const session = await openSession({ store, agents, scheduler });
  advance(0);
  const toolset = createToolset(session, { agents: { worker: { agent: worker, description: 'Works.' } } });
  let goals = 0;
  const said = new Map<string, string>();
  return {
    session, toolset, advance, inbox: createInbox(session),
    start: async () => {
      const goal = `work ${goals++}`;
      const task = session.delegate(worker, { goal }, { name: 'worker' });
      said.set(task.id, goal);
      // No agent is called before it is kept that it is.
      await session.kept();
      return task;
    },
    end: (task) => {
      const end = ends.get(said.get(task.id)!)!;
      end.next('done');
      end.complete();
    },
    [Symbol.asyncDispose]: async () => {
      if ('goOn' in store) store.goOn();
      await session.close().catch(() => undefined);
    },
  };
}

async function turns(): Promise<void> {
  for (let n = 0; n < 30; n++) await nextTurn();
}
