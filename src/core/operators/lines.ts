import type { OperatorFunction } from 'rxjs';
import { mergeMap } from '../rx.js';
import type { OutputOrEvent } from '../resultIn.js';
import { withClockOf } from '../clockOf.js';
import { lineGroups } from '../internal/output/lineGroups.js';

/**
 * The lines of a run or of a task, as strings.
 *
 * Of a `run()` they are made of what it prints, chunks of text included, and come whole, up to 65 536 bytes. Of a task they are those of
 * its events, so cut, or where they were streamed wrapped, at the session's line length, and a late observer sees those of the window.
 *
 * ```
 * run      --line(a)--text(b)--text(c\nd)--|
 * lines()  --a-----------------(bc)--------(d|)
 * ```
 *
 * ```ts
 * import { lines, run, text } from 'sidestream';
 *
 * run(() => [text('one\ntw'), text('o')], { goal: 'count' }).pipe(lines()).subscribe(console.log); // one, two
 * ```
 *
 * @see preview for the last few of them
 */
export const lines = <E extends OutputOrEvent>(): OperatorFunction<E, string> => (source) =>
  withClockOf(source, source.pipe(lineGroups(), mergeMap((group) => group)));
