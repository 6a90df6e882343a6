import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Observable, type Subscriber } from 'rxjs';
import { collect, result, type AgentFunction, type AgentOutput, type Brief } from '../../../src/index.js';
import { openSession } from '../../../src/core/openSession.js';
import type { Fact, Store } from '../../../src/core/store.js';
import { StoreLostError, StoreUnavailableError } from '../../../src/core/storeErrors.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { placeOf, prepare } from '../../../src/stores/sqlite/file/connect.js';
import { openHere } from '../../../src/stores/sqlite/openHere.js';
import { readSettings } from '../../../src/stores/sqlite/options.js';

/*
 * Cells of the table "what is lost when" of docs/server.md that no other spec shows. Crashes are in test/crashes, files of SQLite that are
 * damaged, owned or deleted in test/stores/sqlite, servers in test/cli/store.spec.ts.
 */

/** An agent that does what it is told. */
function puppet(): { readonly agent: AgentFunction; readonly strings: Map<string, Subscriber<AgentOutput | string>> } {
  const strings = new Map<string, Subscriber<AgentOutput | string>>();
  const agent = ({ goal }: Brief): Observable<AgentOutput | string> => new Observable((out) => { strings.set(goal, out); });
  return { agent, strings };
}

/** A store that fails as long as it has a fault. */
function failing(memory: Store): { readonly store: Store; fault: Error | undefined } {
  const all: { store: Store; fault: Error | undefined } = {
    fault: undefined,
    store: {
      ...memory,
      commit: (facts: readonly Fact[]) => {
        if (all.fault !== undefined) throw all.fault;
        return memory.commit(facts);
      },
      print: (id, page) => { if (all.fault === undefined) memory.print(id, page); },
    },
  };
  return all;
}

const pause = (ms = 0): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

describe('what is lost when', () => {
  it('the disk is full: nothing of what runs while the process lives; what is new is refused', async () => {
    const memory = memoryStore();
    const disk = failing(memory);
    const { agent, strings } = puppet();
    const session = await openSession({ store: disk.store, agents: { agent } });
    const task = session.delegate(agent, { goal: 'a' }, { name: 'agent' });
    strings.get('a')!.next('before');
    await pause();
    disk.fault = new StoreUnavailableError('the disk is full');
    strings.get('a')!.next('meanwhile');
    strings.get('a')!.next(result('found'));
    strings.get('a')!.complete();
    expect(task.steer('more').reason).toBe('not_running');
    expect(() => session.delegate(agent, { goal: 'b' })).toThrow(StoreUnavailableError);
    disk.fault = undefined;
    expect(await collect(task)).toBe('found');
    await session.close();
    const next = await openSession({ store: memory, agents: { agent } });
    const again = next.get(task.id)!;
    expect([again.snapshot().preview, again.outcome]).toMatchObject([['before', 'meanwhile'], { type: 'completed', result: 'found' }]);
    await next.close();
  });

  it('the disk is full: a message that could not be kept is refused, and its id may be tried again', async () => {
    const disk = failing(memoryStore());
    const { agent } = puppet();
    const session = await openSession({ store: disk.store, agents: { agent } });
    const [one, other] = ['a', 'b'].map((goal) => session.delegate(agent, { goal }, { name: 'agent' }));
    disk.fault = new StoreUnavailableError('the disk is full');
    other!.cancel();
    expect(one!.steer('go on', { id: 'm' })).toMatchObject({ state: 'missed', reason: 'store_unavailable' });
    disk.fault = undefined;
    await collect(other!).catch(() => undefined);
    expect(one!.steer('go on', { id: 'm' }).state).toBe('queued');
    await session.close();
  });

  it('the store is lost: what came before is there, what came since is not', async () => {
    const memory = memoryStore();
    const disk = failing(memory);
    const { agent, strings } = puppet();
    const session = await openSession({ store: disk.store, agents: { agent } });
    const task = session.delegate(agent, { goal: 'a' }, { name: 'agent' });
    task.steer('before', { id: 'm1' });
    strings.get('a')!.next('before');
    await pause();
    disk.fault = new StoreLostError('process 7 owns it now');
    strings.get('a')!.next('since');
    task.steer('since', { id: 'm2' });
    strings.get('a')!.next(result('since'));
    strings.get('a')!.complete();
    await session.close().catch(() => undefined);
    const next = await openSession({ store: memory, agents: { agent } });
    const again = next.get(task.id)!;
    expect(again.outcome).toMatchObject({ type: 'failed', error: { code: 'interrupted' } });
    expect(again.snapshot().preview).toEqual(['before']);
    expect(again.snapshot().missedSteering).toEqual([{ id: 'm1', text: 'before' }]);
    await next.close();
  });

  it('an agent is removed: lines stay, what ran is interrupted and its messages missed, what waited has not started', async () => {
    const memory = memoryStore();
    const { agent, strings } = puppet();
    const agents = { agent: { agent, onRestart: 'restart' } } as const;
    const session = await openSession({ store: memory, agents, maxRunning: 1, overflow: 'queue' });
    const [ran, waited] = ['a', 'b'].map((goal) => session.delegate(agent, { goal }, { name: 'agent' }));
    strings.get('a')!.next('a line');
    ran!.steer('more', { id: 'm' });
    await session.close();
    const next = await openSession({ store: memory, agents: {} });
    expect(next.get(ran!.id)!.snapshot()).toMatchObject({
      preview: ['a line'], missedSteering: [{ id: 'm', text: 'more' }], outcome: { error: { code: 'interrupted' } },
    });
    expect(next.get(waited!.id)!.outcome).toMatchObject({ error: { code: 'not_started' } });
    await next.close();
  });

  it.each([
    ['process', 1], ['power', 2],
  ] as const)("the power is cut: durability '%s' has SQLite wait for the disk as it says", async (durability, synchronous) => {
    const directory = mkdtempSync(join(tmpdir(), 'sidestream-power-'));
    const file = join(directory, 'tasks.db');
    const place = placeOf(file);
    const prepared = prepare(place);
    const { keeper } = await openHere(place, prepared, readSettings(file, { durability }), {
      holder: 'a spec', heard: 1, unheard: 1, evicted: 1,
    });
    // 2 is FULL: each commit is on the disk when it returns. 1 is NORMAL: it is in the system's cache.
    expect(keeper.connection.db.pragma('synchronous')).toBe(synchronous);
    keeper.close();
    keeper.connection.end();
    prepared.release();
    rmSync(directory, { recursive: true });
  });
});
