import { constants, copyFileSync, existsSync, statSync } from 'node:fs';

/** Keeps a damaged file as it is now, with its log, beside itself; a copy that has been made already is not made again. */
export function keepCopy(path: string): string | undefined {
  const { mtimeMs } = statSync(path);
  const copy = `${path}.damaged-${new Date(mtimeMs).toISOString().replaceAll(/[:.]/g, '-')}`;
  if (existsSync(copy)) return copy;
  try {
    copyFileSync(path, copy, constants.COPYFILE_EXCL);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    return copy;
  } catch {
    return undefined;
  }
}
