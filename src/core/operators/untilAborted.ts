import { defer, fromEvent, map, of, takeUntil, type MonoTypeOperatorFunction } from 'rxjs';
import { A_SIGNAL, check } from '../internal/check.js';

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
  return takeUntil(defer(() => signal.aborted ? of(undefined) : fromEvent(signal, 'abort')).pipe(map(() => { throw signal.reason; })));
}
