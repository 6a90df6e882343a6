import { readLines } from '../corpus/readLines.js';
import { sampleOf } from '../corpus/sampleOf.js';

/** Lines that say that work is left to do, and in how many of the files looked at. */
export interface Marks {
  readonly lines: number;
  readonly files: number;
  readonly looked: number;
}

export const markQuestion = 'Where does it say TODO, FIXME or deprecated?';

/** Counts what {@link markQuestion} asks for, in at most 500 files: a count needs no researcher. */
export async function countMarks(directory: string, paths: readonly string[], signal: AbortSignal): Promise<Marks> {
  const sample = sampleOf(paths, 500);
  let lines = 0;
  let files = 0;
  for (const path of sample) {
    signal.throwIfAborted();
    const file = await readLines(directory, path);
    const count = file.skipped === undefined ? file.lines.filter((line) => /\b(TODO|FIXME)\b|@?\bdeprecated\b/i.test(line)).length : 0;
    lines += count;
    files += count > 0 ? 1 : 0;
  }
  return { lines, files, looked: sample.length };
}
