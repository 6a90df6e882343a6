import { join } from 'node:path';
import { diskFiles } from '../corpus/files.js';
import { languageOf } from '../corpus/languageOf.js';
import type { FileList } from '../corpus/listFiles.js';
import { readLines } from '../corpus/readLines.js';
import { sampleOf } from '../corpus/sampleOf.js';
import { describeSkipped } from '../corpus/skipped.js';
import { findInFile } from '../researcher/findInFile.js';
import { readQuestion } from '../researcher/readQuestion.js';

/** What the parent finds out about a directory while its children read it. */
export interface Survey {
  readonly files: number;
  readonly folders: number;
  readonly bytes: number;
  /** Files of each language, most first. */
  readonly languages: readonly { readonly language: string; readonly files: number }[];
  /** The largest files, largest first. */
  readonly largest: readonly { readonly path: string; readonly bytes: number }[];
  /** What was not counted, in a sentence each. */
  readonly remarks: readonly string[];
  /** Passages with words of the question that is to be narrowed, by file; of a sample, where there are many files. */
  readonly mentions: ReadonlyMap<string, number>;
}

/** Surveys a directory: the parent's own work, which it can only do because its children run in the background. */
export async function surveyDirectory(directory: string, list: FileList, about: string, signal: AbortSignal): Promise<Survey> {
  const { paths } = list;
  const languages = new Map<string, number>();
  const sizes: { readonly path: string; readonly bytes: number }[] = [];
  for (const path of paths) languages.set(languageOf(path), (languages.get(languageOf(path)) ?? 0) + 1);
  // Many at a time: one by one, each would wait for its turn behind the researchers.
  for (let from = 0; from < paths.length; from += 256) {
    signal.throwIfAborted();
    const some = paths.slice(from, from + 256);
    sizes.push(...(await Promise.all(some.map(async (path) => ({ path, bytes: await diskFiles.size(join(directory, path)) })))));
  }

  // Enough to see where in the directory a question lives, and quick also where there are thousands of files.
  const question = readQuestion(about);
  const mentions = new Map<string, number>();
  for (const path of sampleOf(paths, 400)) {
    signal.throwIfAborted();
    const file = await readLines(directory, path);
    const count = file.skipped === undefined ? findInFile(path, file.lines, question).length : 0;
    if (count > 0) mentions.set(path, count);
  }

  return {
    files: paths.length,
    folders: new Set(paths.map((path) => path.slice(0, Math.max(path.lastIndexOf('/'), 0)))).size,
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    languages: [...languages]
      .map(([language, files]) => ({ language, files }))
      .sort((a, b) => b.files - a.files || (a.language < b.language ? -1 : 1)),
    largest: sizes.sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1)).slice(0, 3),
    remarks: [list.cut ? `only the ${paths.length} files nearest to the root were counted` : undefined, describeSkipped(list.skipped)]
      .filter((remark) => remark !== undefined),
    mentions,
  };
}
