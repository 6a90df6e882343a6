import { concat, defer, EMPTY, tap, type MonoTypeOperatorFunction } from 'rxjs';
import { result } from '../core/operators/result.js';
import type { AgentOutput } from '../core/output.js';
import { shows } from '../core/shows.js';

/**
 * Hands on what an agent puts out, and errors with NoResultError where that comes to nothing, as its own task would: a run only completes.
 *
 * ```
 * source         --line--|      source         --|
 * needsResult()  --line--|      needsResult()  --#
 * ```
 */
export const needsResult = <R>(): MonoTypeOperatorFunction<AgentOutput<R>> => (source) => defer(() => {
  let says = false;
  return concat(
    source.pipe(tap((output) => { says = says ? output.type !== 'attempt' : isSaid(output); })),
    defer(() => says ? EMPTY : EMPTY.pipe(result<AgentOutput<never>>())),
  );
});

/** Whether it is the result, or would be where nothing else came. */
const isSaid = (output: AgentOutput<unknown>): boolean =>
  output.type === 'result'
  || (((output.type === 'line' && output.aside !== true) || output.type === 'text') && shows(output.text));
