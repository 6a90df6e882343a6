import { readdirSync, readFileSync } from 'node:fs';

/** A living process. */
export interface ProcessSeen {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it was started, in ticks since the system was; with the pid it tells a process from a later one. */
  readonly start: number;
}

/** What was there at one moment. */
export interface Look {
  readonly processes: ReadonlyMap<number, ProcessSeen>;
  /** The mark that a process bears. */
  markOf(this: void, pid: number): string | undefined;
}

/**
 * Looks at all processes of a Linux system. One that has ended and was not yet reaped does not count: where the first process of a
 * container reaps nobody, it stays for ever.
 *
 * @throws where `/proc` cannot be read, as without a descriptor to spare
 */
export function look(): Look {
  const processes = new Map<number, ProcessSeen>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name stands in parentheses and may hold anything; after it come state, parent, group, session, …
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
    const [state = '', parent, group, session] = fields;
    const threads = fields[17];
    // One whose first thread is over may have others that work on.
    if (state === '' || state === 'X' || (state === 'Z' && !(Number(threads) > 1))) continue;
    const pid = Number(name);
    processes.set(pid, { pid, parent: Number(parent), group: Number(group), session: Number(session), start: Number(fields[19]) });
  }
  const marks = new Map<number, string | undefined>();
  return {
    processes,
    markOf(pid) {
      if (!marks.has(pid)) marks.set(pid, /^Max file locks +(\d+) /m.exec(read(`/proc/${pid}/limits`))?.[1]);
      return marks.get(pid);
    },
  };
}

/** Nothing of a process that has ended in the meantime. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
