import { readProc } from './readProc.js';

/** A living process. */
export interface ProcessSeen {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** When it was started, in ticks since the system was; with the pid it tells a process from a later one. */
  readonly start: number;
}

/**
 * Who has a pid, where anybody does (Linux). One that has ended and was not yet reaped does not count: where the first process of a
 * container reaps nobody, it stays for ever.
 */
export function processOf(pid: number): ProcessSeen | undefined {
  const stat = readProc(pid, 'stat');
  // The name stands in parentheses and may hold anything; behind it are state, parent, group, session and so on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 20);
  const [state = '', parent, group, session] = fields;
  const [threads, start] = [fields[17], fields[19]];
  // One whose first thread is over may have others that work on.
  if (state === '' || state === 'X' || (state === 'Z' && !(Number(threads) > 1))) return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), start: Number(start) };
}
