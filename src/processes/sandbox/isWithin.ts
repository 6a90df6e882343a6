import { relative, sep } from 'node:path';

/** Whether an absolute path is another one, or below it. */
export function isWithin(above: string, path: string): boolean {
  const way = relative(above, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
