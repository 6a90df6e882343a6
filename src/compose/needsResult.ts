import { connect, ignoreElements, merge, type MonoTypeOperatorFunction } from 'rxjs';
import { result } from '../core/operators/result.js';
import type { AgentOutput } from '../core/output.js';

/**
 * Hands on what an agent puts out, and errors with NoResultError where that comes to nothing, as its own task would: a run only completes.
 *
 * ```
 * source         --line--|      source         --|
 * needsResult()  --line--|      needsResult()  --#
 * ```
 */
export const needsResult = <R>(): MonoTypeOperatorFunction<AgentOutput<R>> =>
  connect((outputs) => merge(outputs, outputs.pipe(result(), ignoreElements())));
