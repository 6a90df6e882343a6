import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { caught, rejection } from '../../support/caught.js';
import { remainsOf, verdictOn, woundsOfClosed, woundsOfKilled, type Remains, type Wound } from '../../support/stores/damage.js';
import { directory } from '../../support/stores/fileBed.js';

const BY = { holder: 'the spec', heard: 100, unheard: 100, evicted: 100 };

/* A small share; `node --import tsx scripts/crash/damage.ts` tries thousands. */
describe('a damaged file', () => {
  let where: string;
  let killed: Remains;
  let other: Remains;
  let closed: Remains;
  let cases = 0;

  beforeAll(async () => {
    where = await directory();
    killed = await remainsOf(join(where, 'killed'), 'killed');
    other = await remainsOf(join(where, 'other'), 'killed', 2);
    closed = await remainsOf(join(where, 'closed'), 'closed');
  });
  afterAll(() => rm(where, { recursive: true }));

  async function verdictsOn(remains: Remains, wounds: Iterable<Wound>): Promise<Readonly<Record<string, readonly string[]>>> {
    const all: Record<string, string[]> = {};
    for (const wound of wounds) (all[await verdictOn(remains, wound, join(where, `case-${cases += 1}`))] ??= []).push(wound.what);
    return all;
  }

  it('should never open as what it never was, where its owner was killed', async () => {
    const seen = await verdictsOn(killed, woundsOfKilled(killed, other, 64 * 1024 - 512, 20));
    expect(seen['wrong'] ?? []).toEqual([]);
    expect(seen['refused']).toEqual(['an empty file with its log', 'the log without its file', 'noise for a file']);
    expect(seen['older']!.length).toBeGreaterThan(20);
  });

  it('should never open as what it never was, where it was closed', async () => {
    const seen = await verdictsOn(closed, woundsOfClosed(closed, 8 * 1024 - 512, 60));
    expect(seen['wrong'] ?? []).toEqual([]);
    expect(seen['refused']!.length).toBeGreaterThan(20);
    expect(seen['whole']!.length).toBeGreaterThan(10);
  });

  it('should be left as it is, with a copy beside it, and be said to be damaged, by name', async () => {
    const path = join(where, 'left.db');
    const file = Buffer.from(closed.file);
    // One letter of what a task is to do. Its row in the list has the same words; the last ones are in its body.
    file[file.lastIndexOf('goal 23 of 1goal 23')]! ^= 1;
    writeFileSync(path, file);
    const sentence = new RegExp(`^${path} is damaged \\([^]*\\): 23 of 24 tasks can still be read in it\\. `
      + `It is left as it is, and a copy of it is in ${path}\\.damaged-20.* begin anew\\.$`);
    for (let time = 0; time < 2; time += 1) {
      expect(await rejection(sqlite(path).open(BY) as Promise<unknown>)).toMatchObject({
        code: 'store_damaged', message: expect.stringMatching(sentence),
      });
    }
    expect(readFileSync(path).equals(file)).toBe(true);
    const copies = readdirSync(where).filter((name) => name.startsWith('left.db.damaged-') && !name.endsWith('-wal'));
    expect(copies).toHaveLength(1);
    expect(readFileSync(join(where, copies[0]!)).equals(file)).toBe(true);
  });

  it('should not begin anew in silence where it was emptied', async () => {
    const path = join(where, 'emptied.db');
    const store = sqlite(path);
    await store.open(BY);
    await store.close();
    writeFileSync(path, '');
    expect(await rejection(sqlite(path).open(BY) as Promise<unknown>)).toMatchObject({
      code: 'store_damaged', message: expect.stringContaining(`to begin anew, delete ${path} and ${path}-owner`),
    });
    await rm(path);
    await store.open(BY);
    await store.close();
  });

  it('should be told from a file of another store in its place', async () => {
    const path = join(where, 'changed.db');
    writeFileSync(path, closed.file);
    const store = sqlite(path);
    await store.open(BY);
    await store.close();
    for (const end of ['', '-wal', '-shm']) await rm(path + end, { force: true });
    writeFileSync(path, other.file);
    writeFileSync(`${path}-wal`, other.log!);
    expect(await rejection(sqlite(path).open(BY) as Promise<unknown>)).toMatchObject({
      code: 'store_damaged', message: expect.stringContaining(`delete ${path}-owner and open it again`),
    });
    await rm(`${path}-owner`);
    await store.open(BY);
    await store.close();
  });

  it.each([
    ['a text', 'not a database at all, by its first bytes'],
    ['noise', Buffer.alloc(8_192, 'noise')],
  ])('should be refused and left alone where it is no database but %s', async (_what, content) => {
    const path = join(where, 'none.db');
    writeFileSync(path, content);
    const message = `${path} is no database. Nothing of it was changed; name another file, or move this one away.`;
    expect(await rejection(sqlite(path).open(BY) as Promise<unknown>)).toMatchObject({ code: 'store_damaged', message });
    expect(caught(() => sqlite(path).view())).toMatchObject({ code: 'store_damaged', message });
    expect(readFileSync(path).equals(Buffer.from(content))).toBe(true);
    expect(existsSync(`${path}-owner`)).toBe(false);
  });
});
