import { readdirSync } from 'node:fs';
import { markOf } from './markOf.js';
import { processOf, type ProcessSeen } from './processOf.js';

/** Times that the list is read, so that who has come while it was read is seen as well. */
const ROUNDS = 10;

/** What was there at one moment. */
export interface Look {
  readonly processes: readonly ProcessSeen[];
  /** Whether nobody can have been missed: who comes and goes while it is looked at may be. */
  isSure(this: void): boolean;
  /** The mark that a process bears. */
  markOf(this: void, pid: number): string | undefined;
}

/**
 * Looks at all processes of a Linux system.
 *
 * @param meet - is told of each as soon as it is seen
 * @throws where `/proc` cannot be read, as without a descriptor to spare
 */
export function look(meet: (each: ProcessSeen, mark: () => string | undefined) => void = () => undefined): Look {
  const processes: ProcessSeen[] = [];
  const listed = new Set<string>();
  const read = new Map<number, string | undefined>();
  let isSure = false;
  const markOfSeen = (pid: number): string | undefined => {
    if (!read.has(pid)) read.set(pid, markOf(pid));
    // Everybody has one, if only that there is no limit.
    if (read.get(pid) === undefined) isSure = false;
    return read.get(pid);
  };
  for (let round = 0; round < ROUNDS && !isSure; round++) {
    const fresh = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !listed.has(name));
    isSure = fresh.length === 0;
    // The latest first: it may be the next to go.
    for (const name of fresh.reverse()) {
      listed.add(name);
      const seen = processOf(Number(name));
      if (seen === undefined) continue;
      processes.push(seen);
      meet(seen, () => markOfSeen(seen.pid));
    }
  }
  return { processes, isSure: () => isSure, markOf: markOfSeen };
}
