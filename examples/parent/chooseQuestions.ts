import { DirectoryError } from '../corpus/openDirectory.js';
import type { FileList } from '../corpus/listFiles.js';
import { readLines } from '../corpus/readLines.js';
import { sampleOf } from '../corpus/sampleOf.js';
import { countSkipped, describeSkipped, type SkipReason } from '../corpus/skipped.js';
import { wordsOf } from '../corpus/wordsOf.js';
import { topicsOf, type TextFile } from './topicsOf.js';

/** How many files to look at: enough to know what a directory is about, and done before anybody wonders. */
const sampled = 200;

const ask = {
  declaration: [
    (name: string) => `How does ${name} work?`,
    (name: string) => `Where is ${name} used?`,
    (name: string) => `What can go wrong with ${name}?`,
  ],
  heading: [
    (name: string) => `What does it say about "${name}"?`,
    (name: string) => `Where else does "${name}" come up?`,
    (name: string) => `What can go wrong with "${name}"?`,
  ],
  word: [
    (name: string) => `What does it say about ${name}?`,
    (name: string) => `Where else does ${name} come up?`,
    (name: string) => `What can go wrong with ${name}?`,
  ],
} as const;

/**
 * Three questions that make sense for a directory nobody has seen before.
 *
 * It reads a sample of the files and looks for names that are given in one place and talked about in several, but
 * not everywhere: tf-idf, over titles. Where nothing has a title, over words.
 *
 * @throws DirectoryError when there is no text at all.
 */
export async function chooseQuestions(directory: string, { paths, skipped }: FileList, signal: AbortSignal): Promise<readonly string[]> {
  const sample: TextFile[] = [];
  const notRead = new Map<SkipReason, number>(skipped);
  const first = new Set(sampleOf(paths, sampled));
  // A sample of a folder of photographs may miss its three notes, so without a text the search goes on.
  for (const path of [...first, ...paths.filter((other) => !first.has(other))]) {
    if (sample.length >= sampled) break;
    if (sample.length > 0 && !first.has(path)) break;
    signal.throwIfAborted();
    const file = await readLines(directory, path);
    if (file.skipped === undefined) sample.push({ path, lines: file.lines });
    else countSkipped(notRead, file.skipped);
  }
  if (!sample.some(({ lines }) => lines.some((line) => wordsOf(line).length > 0))) {
    const why = describeSkipped(notRead) ?? 'only blank files';
    throw new DirectoryError(`There is no readable text in ${JSON.stringify(directory)} (${why}): name a directory that holds some.`);
  }

  const topics = topicsOf(sample);
  return [0, 1, 2].map((slot) => {
    const topic = topics[slot] ?? topics[0];
    return topic === undefined ? 'What is in here?' : ask[topic.kind][slot]!(topic.name);
  });
}
