import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, NEVER } from 'rxjs';
import { openSession } from '../../../src/core/openSession.js';
import { collect, isParts, parts, result, usage, type Part, type Parts } from '../../../src/index.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { sqlite } from '../../../src/stores/sqlite/index.js';

const list: readonly Part[] = [
  { type: 'text', text: 'a\0b' }, { type: 'json', value: { rows: [1, null] } },
  { type: 'image', mediaType: 'image/png', data: Uint8Array.from([0, 1, 250, 255]), filename: 'a.png', width: 2, height: 3 },
  { type: 'file', mediaType: 'text/csv', path: 'out/a.csv' },
];

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'sidestream-parts-')); });
afterEach(async () => { await rm(folder, { recursive: true }); });

describe('a result of parts, in a session with a store', () => {
  it.each(['memory', 'sqlite'])('should be there in the next life, its bytes included: %s', async (kind) => {
    const store = kind === 'memory' ? memoryStore() : sqlite(join(folder, 'tasks.db'));
    const agents = { painter: () => [result(parts(list))] };
    const first = await openSession({ store, agents });
    const warnings: string[] = [];
    first.warnings.subscribe(({ code }) => { warnings.push(code); });
    const { id } = first.delegate(agents.painter, { goal: 'paint' });
    await collect(first.get(id)!);
    await first.close();
    const second = await openSession({ store, agents });
    const again = await collect(second.get(id)!) as Parts;
    expect(isParts(again)).toBe(true);
    expect(again.parts).toEqual(list);
    expect(Object.isFrozen(again.parts[2])).toBe(true);
    expect(warnings).toEqual([]);
    await second.close();
  });

  it('should be there as what there was of it, when a limit has ended its task', async () => {
    const store = memoryStore();
    const first = await openSession({ store, agents: {} });
    const spent = usage({ inputTokens: 2, outputTokens: 0 });
    const { id } = first.delegate(() => concat([result(parts(list)), spent], NEVER), { goal: 'paint' }, { budget: { tokens: 1 } });
    await first.close();
    const second = await openSession({ store, agents: {} });
    expect((second.get(id)!.outcome as { readonly partial?: Parts }).partial!.parts).toEqual(list);
    await second.close();
  });

  it('should name the files that are too large to be kept, and be warned of', async () => {
    const store = memoryStore();
    const data = new Uint8Array(5_000_000);
    const large = (mediaType: string): Part => ({ type: 'file', mediaType, data });
    const first = await openSession({ store, agents: {} });
    const warnings: string[] = [];
    first.warnings.subscribe(({ code, message }) => { warnings.push(`${code}: ${message}`); });
    const { id } = first.delegate(() => [result(parts([large('a/b'), large('c/d'), list[0]!]))], { goal: 'paint' });
    await first.close();
    const second = await openSession({ store, agents: {} });
    const { parts: kept } = (second.get(id)!.outcome as unknown as { readonly result: Parts }).result;
    expect(kept.map((part) => part.type === 'file' ? part.data!.length : part)).toEqual([
      5_000_000, { type: 'text', text: '[c/d, 5000000 bytes: too large to be kept]' }, list[0],
    ]);
    expect(warnings).toEqual([
      `result_not_kept: Files in the result of task ${id} are too large to be kept: after a restart they are only named. `
      + 'Let the agent write them to disk, and give their paths.',
    ]);
    await second.close();
  });
});
