import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { rejection } from '../../support/caught.js';
import { builtCli } from '../../support/cli/builtCli.js';
import { created, pageOf } from '../../support/stores/facts.js';
import { directory } from '../../support/stores/fileBed.js';
import { openDatabase } from '../../support/stores/watched.js';

const BY = { holder: 'the spec', heard: 100, unheard: 100, evicted: 100 };
const run = promisify(execFile);
// As its user has it: the thread's file is found beside the others.
const built = builtCli();

describe('a file that a thread of its own keeps', () => {
  it('should have what was kept, and hold no process up that has not closed it', async () => {
    const where = await directory();
    const file = join(where, 'tasks.db');
    const script = built.path('power.mjs');
    await writeFile(script, `
      import { sqlite } from 'sidestream/sqlite';
      const store = sqlite(${JSON.stringify(file)}, { durability: 'power' });
      await store.open({ holder: 'a script', heard: 10, unheard: 10, evicted: 10 });
      const turns = [];
      const kept = store.commit([${JSON.stringify(created(1))}]).then(() => turns.push('kept'));
      setImmediate(() => turns.push('another turn'));
      await kept;
      console.log(turns.join(', '));
    `);
    const { stdout } = await run(process.execPath, [script]);
    expect(stdout).toBe('another turn, kept\n');
    const store = sqlite(file);
    expect(await store.open(BY)).toMatchObject({ epoch: 2, tasks: [{ id: 't-1' }] });
    await store.close();
    await rm(where, { recursive: true });
  });

  it('should be read from here, and say here what went wrong there', async () => {
    const where = await directory();
    const file = join(where, 'tasks.db');
    const store = sqlite(file, { durability: 'power' });
    await store.open(BY);
    await store.commit([created(1)]);
    store.print('t-1', pageOf(0, 3));
    const view = await store.view();
    expect(view.find('t-1')?.id).toBe('t-1');
    view.close();
    expect(await rejection((async () => { await store.commit([created(1)]); })())).toMatchObject({
      code: 'invalid_argument', message: expect.stringContaining('The task t-1 (1) is in the store already.'),
    });
    await store.close();
    const db = openDatabase(file);
    expect(db.prepare('SELECT count(*) AS found FROM page').get()).toMatchObject({ found: 1 });
    db.close();
    await rm(where, { recursive: true });
  });
});
