import { readdir, readFile } from 'node:fs/promises';

/**
 * Whether a process of the group is still there. One that has ended and was not yet reaped does not count: where the first process of a
 * container reaps nobody, it stays for ever.
 */
export async function groupIsAlive(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== 'linux') return true;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const alive = await Promise.all(pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // The name stands in parentheses and may hold anything; after it come state, parent, group.
    const [state, , its] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(its) === group && state !== 'Z' && state !== 'X';
  }));
  return alive.includes(true);
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
