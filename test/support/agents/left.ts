import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { insist } from '../matrix/insist.js';
import type { Stage } from './stage.js';

/** Milliseconds after which whatever is still there counts as left behind for good. */
const FOR_GOOD = 15_000;

/** Fails where a process of the agent is there after so many milliseconds, with what it is and whether it goes later. */
export async function left({ alive }: Pick<Stage, 'alive'>, when: string, within: number): Promise<void> {
  const began = performance.now();
  const waited = (): number => performance.now() - began;
  while (alive().length > 0 && waited() < within) await sleep(10);
  const those = alive().map(commandOf);
  while (alive().length > 0 && waited() < FOR_GOOD) await sleep(50);
  const now = alive().length === 0 ? `gone after ${(waited() / 1_000).toFixed(1)} s` : `${alive().length} for good`;
  insist(those.length === 0, `${those.length} of its processes were there ${when}, ${now}: ${those.join('; ')}`);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').replaceAll(/\S*\//g, '').trim().slice(0, 60);
  } catch {
    return 'gone meanwhile';
  }
}
