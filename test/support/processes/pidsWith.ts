import { readdirSync, readFileSync } from 'node:fs';
import { isAlive } from './isAlive.js';

/** The living processes with a variable in their environment, as `NAME=value`. */
export function pidsWith(variable: string): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return isAlive(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(variable);
    } catch {
      return false;
    }
  });
}
