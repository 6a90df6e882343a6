import { describe, expect, it } from '@jest/globals';
import { Observable } from 'rxjs';
import { collect, type Brief } from '../../../src/index.js';
import { openSession } from '../../../src/core/openSession.js';
import type { Fact, Store } from '../../../src/core/store.js';
import { memoryStore } from '../../../src/stores/memory.js';

/** A store, and the facts that it has kept. */
function watched(memory = memoryStore()): { readonly store: Store; readonly facts: Fact[] } {
  const facts: Fact[] = [];
  return { facts, store: { ...memory, commit: (group: readonly Fact[]) => {
    const kept = memory.commit(group);
    facts.push(...group);
    return kept;
  } } };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
const echo = ({ goal }: Brief): string[] => [goal];
const hang = (): Observable<string> => new Observable();

describe('what is heard, and how a session with a store ends', () => {
  it('should be written down in the next turn of the clock, each time', async () => {
    const { store, facts } = watched();
    const session = await openSession({ store, agents: { echo } });
    for (const goal of ['a', 'b', 'c']) {
      const task = session.delegate(echo, { goal });
      await collect(task);
      await pause(5);
      expect(facts.filter(({ type }) => type === 'heard').at(-1)).toEqual({ type: 'heard', ids: [task.id] });
    }
    await session.close();
  });

  it('should be one close, also where a close is called from inside it', async () => {
    const store = memoryStore();
    const agents = { goesOn: { agent: hang, onRestart: 'restart' } } as const;
    const session = await openSession({ store, agents });
    const { id } = session.delegate(hang, { goal: 'a' });
    session.delegate(() => hang(), { goal: 'b' }, { name: 'other' });
    const inner: unknown[] = [];
    session.events.subscribe(({ type }) => { if (type === 'failed') inner.push(session.close()); });
    const report = await session.close();
    expect(report.kept).toEqual([id]);
    expect(await Promise.all(inner)).toEqual([report]);
    const view = await store.view();
    expect(view.find(id)?.tries).toBe(0);
  });

  it('should keep a result as it was put out, whatever its agent does to it then', async () => {
    const store = memoryStore();
    const found: unknown[] = [1];
    const agents = { finder: async () => found };
    const session = await openSession({ store, agents });
    const { id } = session.delegate(agents.finder, { goal: 'find' });
    await collect(session.get(id)!);
    found.push(found);
    await session.close();
    const next = await openSession({ store, agents });
    expect(next.get(id)!.outcome).toMatchObject({ result: [1] });
    await next.close();
  });

  it('should name bytes that are too many to be kept, without spelling them out', async () => {
    const store = memoryStore();
    const agents = { reader: async () => new Uint8Array(9_000_000), lister: async () => ({ file: new Uint8Array(3), size: 3 }) };
    const session = await openSession({ store, agents });
    const tasks = [session.delegate(agents.reader, { goal: 'read' }), session.delegate(agents.lister, { goal: 'list' })];
    for (const task of tasks) await collect(task);
    await session.close();
    const next = await openSession({ store, agents });
    expect(tasks.map(({ id }) => next.get(id)!.outcome)).toMatchObject([
      { result: '[9000000 bytes]' }, { result: '{"file":"[3 bytes]","size":3}' },
    ]);
    await next.close();
  });

  it('should run what ran before what waited', async () => {
    const store = memoryStore();
    const ran: string[] = [];
    const agents = { one: { agent: ({ goal }: Brief) => {
      ran.push(goal);
      return hang();
    }, onRestart: 'restart' } } as const;
    const options = { store, agents, maxRunning: 2, overflow: 'queue' } as const;
    const first = await openSession(options);
    for (const goal of ['1', '2', '3', '4']) first.delegate(agents.one.agent, { goal });
    await first.close();
    ran.length = 0;
    const second = await openSession(options);
    await pause(5);
    expect(ran).toEqual(['1', '2']);
    await second.close();
  });

  it('should refuse agents that are no object of them', async () => {
    const open = openSession({ store: memoryStore(), agents: new Map([['echo', echo]]) as never });
    await expect(open).rejects.toThrow('Expected `agents` to be an object of agents by their names, got an object.');
  });
});
