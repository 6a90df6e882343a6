import { readFileSync } from 'node:fs';

/**
 * A file of a process under `/proc`; empty where the process has ended in the meantime.
 *
 * @throws where it cannot be read for another reason, as without a descriptor to spare
 */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
