import { catchError, concat, defer, filter, map, mergeMap, of, throwError, type OperatorFunction } from 'rxjs';
import type { TaskEvent } from '../events.js';
import { withClockOf } from '../internal/clockOf.js';
import { Transcript } from '../internal/transcript.js';
import { resolveLimits } from '../limits.js';
import type { AgentOutput } from '../output.js';

const { maxLineBytes } = resolveLimits();

/**
 * The lines of a run or of a task, as strings.
 *
 * Of a `run()` they are made of what it prints, chunks of text included, and come whole. Of a task they are those of its events, so
 * cut at the session's line length, and a late observer sees those of the window.
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
export const lines = <R>(): OperatorFunction<AgentOutput<R> | TaskEvent<R>, string> => (source) => withClockOf(source, defer(() => {
  let ready: string[] = [];
  const transcript = new Transcript<R>(maxLineBytes, (line) => { ready.push(line); });
  const drain = (): string[] => {
    const drained = ready;
    if (drained.length > 0) ready = [];
    return drained;
  };
  const rest = defer(() => {
    transcript.flush();
    return of(drain());
  });
  const taken = source.pipe(
    map((output) => {
      if (output.type === 'line' || output.type === 'text') transcript.take(output);
      return drain();
    }),
    catchError((thrown: unknown) => concat(rest, throwError(() => thrown))),
  );
  // Most chunks end no line: those go no further.
  return concat(taken, rest).pipe(filter((some) => some.length > 0), mergeMap((some) => some));
}));
