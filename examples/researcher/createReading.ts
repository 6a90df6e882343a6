import { diskFiles, type Files } from '../corpus/files.js';
import { readLines } from '../corpus/readLines.js';
import { countSkipped, type SkipReason, type Skipped } from '../corpus/skipped.js';
import { createFindings, type Finding } from './createFindings.js';
import { findInFile } from './findInFile.js';
import type { Question } from './readQuestion.js';

/** One pass over some files in search of an answer, a step at a time. */
export interface Reading {
  readonly total: number;
  /** Files looked at so far, the skipped ones included. */
  readonly read: number;
  readonly passages: number;
  readonly skipped: Skipped;
  /** How many steps the whole pass is likely to take. */
  readonly steps: number;
  /** Whether there is nothing left to read, or no room for more. */
  readonly done: boolean;
  /** Whether it took in as much as it may before it was through. */
  readonly full: boolean;
  step(signal: AbortSignal): Promise<void>;
  best(count: number): Finding[];
}

export interface ReadingOptions {
  readonly directory: string;
  readonly paths: readonly string[];
  readonly question: Question;
  readonly files?: Files;
  /** Bytes of text. @defaultValue 64 MB */
  readonly maxBytes?: number;
  /** Passages with words of the question. @defaultValue 12 000 */
  readonly maxPassages?: number;
}

/** The longest that a step reads, in milliseconds: as long as steering may have to wait. */
const longestStep = 100;

export function createReading(options: ReadingOptions): Reading {
  const { directory, paths, question, files = diskFiles, maxBytes = 67_108_864, maxPassages = 12_000 } = options;
  const perStep = Math.max(Math.ceil(paths.length / 40), 1);
  const findings = createFindings(question);
  const skipped = new Map<SkipReason, number>();
  let next = 0;
  let bytes = 0;

  const isFull = (): boolean => bytes > maxBytes || findings.size > maxPassages;

  return {
    total: paths.length,
    skipped,
    steps: Math.ceil(paths.length / perStep),
    get read() {
      return next;
    },
    get passages() {
      return findings.size;
    },
    get done() {
      return next >= paths.length || isFull();
    },
    get full() {
      return next < paths.length && isFull();
    },

    step: async (signal) => {
      const began = performance.now();
      for (let left = perStep; left > 0 && performance.now() - began < longestStep && !isFull(); left--) {
        const path = paths[next];
        if (path === undefined) return;
        signal.throwIfAborted();
        // Reading hands the turn to others: to timers, to the other researchers, to whoever steers or cancels.
        const file = await readLines(directory, path, files);
        next += 1;
        if (file.skipped !== undefined) countSkipped(skipped, file.skipped);
        else {
          bytes += file.bytes;
          findings.add(findInFile(path, file.lines, question));
        }
      }
    },

    best: (count) => findings.best(count),
  };
}
