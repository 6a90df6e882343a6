import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { sqlite } from '../../stores/sqlite/index.js';
import { systemReason } from '../systemReason.js';
import { ownerText } from '../tasks/ownerText.js';
import type { Finding } from './finding.js';

/** Whether tasks can be kept in a file, and whether somebody else keeps some there now. Nothing is made or changed by it. */
export async function lookAtStore(file: string): Promise<Finding> {
  const start = performance.now();
  const base = { name: file, kind: 'store', notes: [] };
  try {
    const did = await lookAt(file);
    return { ...base, ok: true, did, elapsed: Math.round(performance.now() - start) };
  } catch (error) {
    return { ...base, ok: false, problem: (error as Error).message, elapsed: Math.round(performance.now() - start) };
  }
}

async function lookAt(file: string): Promise<string> {
  // One that is nowhere, to see whether there is a driver.
  (await sqlite(':memory:').view()).close();
  const isThere = existsSync(file);
  const folder = dirname(file);
  // That one is made with it.
  const place = existsSync(folder) || basename(folder) !== '.sidestream' ? folder : dirname(folder);
  for (const path of isThere ? [file, folder] : [place]) {
    await access(path, constants.W_OK).catch((error: unknown) => {
      throw new Error(`${path} cannot be written: ${systemReason(error)}. Tasks are kept there; name another file by --store.`);
    });
  }
  if (!isThere) return 'it can be made';
  const view = await sqlite(file).view();
  try {
    const owner = view.owner();
    const total = view.count();
    return `${total} ${total === 1 ? 'task' : 'tasks'}, ${ownerText(owner)}`;
  } finally {
    view.close();
  }
}
