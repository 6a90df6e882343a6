import { readProc } from '../family/readProc.js';

/** Numbers that are taken for a moment, beyond the highest, while a program is started. */
const SPARE = 32;

/** Why nothing can be started where a descriptor that came with this process is beyond its limit of today, and so cannot be covered. */
export function beyondLimit(inherited: ReadonlySet<number>): string | undefined {
  const highest = Math.max(...inherited);
  const limit = Number(/^Max open files +(\d+)/m.exec(readProc('self', 'limits'))?.[1] ?? Infinity);
  if (highest + SPARE < limit) return undefined;
  return `this process was started with the descriptor ${highest} open, which cannot be kept from a program within the limit of ${limit}. `
    + `Raise the limit (ulimit -n), or start this process without it (${highest}>&-).`;
}
