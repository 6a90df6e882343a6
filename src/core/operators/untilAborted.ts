import type { MonoTypeOperatorFunction } from 'rxjs';
import { Observable, takeUntil } from '../rx.js';
import { A_SIGNAL, check } from '../check.js';
import { onAbort } from '../internal/output/onAbort.js';

/**
 * Errors with the signal's own reason when it aborts, also when it had been aborted before.
 *
 * ```
 * source        --a--b--c--|
 * signal        ------!
 * untilAborted  --a--b#
 * ```
 *
 * ```ts
 * import { NEVER } from 'rxjs';
 * import { untilAborted } from 'sidestream';
 *
 * NEVER.pipe(untilAborted(AbortSignal.abort('enough'))).subscribe({ error: console.log }); // enough
 * ```
 *
 * @throws InvalidArgumentError where `signal` is no AbortSignal
 */
export function untilAborted<T>(signal: AbortSignal): MonoTypeOperatorFunction<T> {
  check('signal', signal, A_SIGNAL);
  return takeUntil(new Observable<never>((subscriber) => {
    if (signal.aborted) subscriber.error(signal.reason);
    else subscriber.add(onAbort(signal, () => { subscriber.error(signal.reason); }));
  }));
}
