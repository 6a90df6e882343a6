import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { isAlive } from '../../support/processes/isAlive.js';

const host = fileURLToPath(new URL('../../support/processes/host.ts', import.meta.url));

/** Starts a parent of a tree of three that ignores TERM, and lets it die; answers with the pids of the tree. */
async function dies(how: string): Promise<readonly number[]> {
  const parent = spawn(process.execPath, ['--import', 'tsx', host, how], { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  parent.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  await once(parent, 'close');
  const pids = said.trim().split(' ').map(Number);
  expect(pids).toHaveLength(3);
  return pids;
}

describe('the watchdog', () => {
  const ways = ['SIGKILL', 'SIGTERM', 'SIGINT', 'exception', 'exit'];

  it.concurrent.each(ways)('should end the whole tree when its parent dies by %s', async (how) => {
    const pids = await dies(how);
    // Jest's own limit is the clock: a survivor would live for ever.
    while (pids.some(isAlive)) await sleep(20);
  }, 30_000);
});
