import type { OperatorFunction } from 'rxjs';
import type { OutputOrEvent, ResultIn } from './resultIn.js';
import { result as results } from './operators/result.js';
import { result as resultOutput, type ResultOutput } from './output.js';

/**
 * With a value, what an agent puts out as its result; without one, the operator that waits for it.
 *
 * ```ts
 * import { result, run } from 'sidestream';
 *
 * run(() => [result(42)], { goal: 'think' }).pipe(result()).subscribe(console.log); // 42
 * ```
 */
export function result<R>(value: R): ResultOutput<R>;
export function result<E extends OutputOrEvent>(): OperatorFunction<E, ResultIn<E>>;
export function result(...given: readonly unknown[]): unknown {
  return given.length === 0 ? results() : resultOutput(given[0]);
}
