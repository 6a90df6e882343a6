import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';

/** A directory for the specs of one file, there while they run. */
export function temporary(): (...names: readonly string[]) => string {
  let directory: string;
  beforeAll(async () => { directory = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-acp-'))); });
  afterAll(() => rm(directory, { recursive: true, force: true }));
  return (...names) => join(directory, ...names);
}
