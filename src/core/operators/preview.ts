import type { OperatorFunction } from 'rxjs';
import { catchError, concat, defer, EMPTY, filter, map, merge, mergeMap, of, throwError } from '../rx.js';
import type { OutputOrEvent } from '../resultIn.js';
import { withClockOf } from '../clockOf.js';
import { check, count as countFrom } from '../check.js';
import { lineGroups } from '../internal/output/lineGroups.js';

/**
 * The last `count` lines, anew with every line.
 *
 * What comes synchronously on subscription, such as the window that a task replays, makes one preview and not one for each line: the first
 * value is what a late observer wants to see.
 *
 * ```
 * source      --a--b--c--d--|
 * preview(2)  --A--B--C--D--|   A = [a], B = [a b], C = [b c], D = [c d]
 * ```
 *
 * ```ts
 * import { createSession, line, preview } from 'sidestream';
 *
 * const task = createSession().delegate(() => [line('one'), line('two'), line('three')], { goal: 'count' });
 * task.events.pipe(preview(2)).subscribe(console.log); // [ 'two', 'three' ]
 * ```
 *
 * A line counts when it has come to its end; `snapshot` and `task.outputs` have what is in hand before that. To look once,
 * `task.snapshot(count).preview` is the same without a subscription.
 *
 * @param count - @defaultValue 10
 * @throws InvalidArgumentError where `count` is no whole number from 1
 */
export function preview<E extends OutputOrEvent>(count = 10): OperatorFunction<E, readonly string[]> {
  check('count', count, countFrom(1));
  return (source) => withClockOf(source, defer(() => {
    const last: string[] = [];
    let live = false;
    const waiting = defer(() => {
      if (live) return EMPTY;
      live = true;
      return last.length === 0 ? EMPTY : of([...last]);
    });
    const previews = source.pipe(
      lineGroups(),
      map((group) => group.map((line) => {
        if (last.push(line) > count) last.shift();
        return live ? [...last] : last;
      })),
      filter(() => live),
      mergeMap((each) => each),
      catchError((thrown: unknown) => concat(waiting, throwError(() => thrown))),
    );
    return merge(previews, waiting);
  }));
}
