import { readLines } from '../corpus/readLines.js';
import type { Citation } from '../researcher/citation.js';

/** How many of the citations really stand where they say. A parent that passes on what a child claims had better look. */
export async function countTrueCitations(directory: string, citations: readonly Citation[]): Promise<number> {
  let found = 0;
  for (const { path, line, excerpt } of citations) {
    const file = await readLines(directory, path);
    if (file.skipped === undefined && file.lines[line - 1]?.includes(excerpt)) found += 1;
  }
  return found;
}
