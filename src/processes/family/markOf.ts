import { readProc } from './readProc.js';

/** The mark that a process bears: its soft limit of file locks. */
export const markOf = (pid: number | 'self'): string | undefined => /^Max file locks +(\S+) /m.exec(readProc(pid, 'limits'))?.[1];
