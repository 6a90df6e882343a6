import { readdirSync, readFileSync } from 'node:fs';

let scan: Promise<ReadonlyMap<number, readonly number[]>> | undefined;

/**
 * The living processes of a group. One that has ended and was not yet reaped does not count: where the first process of a container reaps
 * nobody, it stays for ever. Off Linux only the group can be asked, and stands for its members.
 */
export async function membersOf(group: number): Promise<readonly number[]> {
  if (!signalGroup(group, 0)) return [];
  if (process.platform !== 'linux') return [group];
  // One look at all processes serves everybody who asks in the same turn.
  scan ??= new Promise((resolve) => {
    setImmediate(() => {
      scan = undefined;
      resolve(groupsNow());
    });
  });
  return (await scan).get(group) ?? [];
}

function groupsNow(): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // The name stands in parentheses and may hold anything; after it come state, parent, group.
      const [state = '', , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
      if (state === 'Z' || state === 'X') continue;
      const members = groups.get(Number(group));
      if (members === undefined) groups.set(Number(group), [Number(name)]);
      else members.push(Number(name));
    } catch {
      // It has ended in the meantime.
    }
  }
  return groups;
}

/** Sends a signal to every process of a group. False where there is none left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // Not allowed means that somebody is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Sends TERM to the members of a group but the first, or to that where it is alone. */
export async function termBelow(group: number): Promise<void> {
  const below = (await membersOf(group)).filter((pid) => pid !== group);
  if (below.length === 0) signalGroup(group, 'SIGTERM');
  for (const pid of below) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended in the meantime.
    }
  }
}
