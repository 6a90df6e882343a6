import {
  connect, debounceTime, defer, endWith, ignoreElements, merge, mergeMap, share, takeUntil,
  type MonoTypeOperatorFunction, type Observable, type SchedulerLike,
} from 'rxjs';
import { LineReader } from '../../../processes/lineReader.js';
import { promptOf, type Prompt, type Prompted } from './promptOf.js';

/** Milliseconds of quiet after which a line without a newline may be one by which a program asks. */
export const QUIET = 150;

/** Characters of the longest line by which a program asks. */
const MAX_LINE = 4_000;

/** A question in the output of a program. */
export interface PromptSeen extends Prompted {
  /** Whether its line has no newline. */
  readonly isInHand: boolean;
}

/**
 * What a program asks, of what it prints: by whole lines at once, and by the line in hand when it is quiet for a while. What was asked by
 * the line in hand is not asked again by what becomes of that line; the same words printed anew are.
 *
 * ```
 * chunks   ──Na──me? ────────────────ok\n──Sure? [y/N]\n──
 * prompts  ──────────────Name? ────────────Sure? [y/N]────
 * ```
 */
export const promptsIn = (chunks: Observable<string>, prompts: readonly Prompt[], clock: SchedulerLike): Observable<PromptSeen> =>
  defer(() => {
    let reader = new LineReader(MAX_LINE);
    let inHand = '';
    const source = chunks.pipe(share());
    const seen = (line: string, isInHand: boolean): readonly PromptSeen[] => {
      const prompted = promptOf(prompts, visible(line));
      return prompted === undefined ? [] : [{ ...prompted, isInHand }];
    };
    const whole = source.pipe(mergeMap((chunk) => {
      const lines = reader.read(chunk);
      const behind = chunk.lastIndexOf('\n') + 1;
      inHand = behind > 0 ? chunk.slice(behind) : inHand.length > MAX_LINE ? inHand : inHand + chunk;
      return lines.flatMap((line) => seen(line, false));
    }));
    // What has ended asks no more, by whatever it was about to.
    const isQuiet = source.pipe(debounceTime(QUIET, clock), takeUntil(endOf(source)));
    const quiet = isQuiet.pipe(mergeMap(() => {
      const found = inHand === '' || inHand.length > MAX_LINE ? [] : seen(inHand, true);
      if (found.length > 0) {
        reader = new LineReader(MAX_LINE);
        inHand = '';
      }
      return found;
    }));
    return merge(whole, quiet);
  });

/** A text with what is put in between, until its own end. */
export const withBreaks = (breaks: Observable<string>): MonoTypeOperatorFunction<string> =>
  connect((chunks) => merge(chunks, breaks.pipe(takeUntil(endOf(chunks)))));

const endOf = (source: Observable<unknown>): Observable<unknown> => source.pipe(ignoreElements(), endWith(undefined));

/** As it stands on a terminal: the last frame of it, without colours. */
const visible = (line: string): string => line.slice(line.lastIndexOf('\r', line.length - 2) + 1)
  .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '');
