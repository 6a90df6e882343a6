import type { OperatorFunction } from 'rxjs';
import { map, takeWhile, tap, toArray } from 'rxjs';
import { result, type AgentOutput } from '../core/output.js';
import { isSuccess, type Alternatives, type End } from './alternatives.js';
import { failureOfAll } from './failure.js';

/**
 * The first result of them; all that live then are stopped, in that frame. Where none has one it is an error that names each.
 *
 * @param lost - what a loser is told, before the id of the winner
 * @param failed - what is said where all of them have failed, before their reasons
 */
export const firstSuccess = <R>(
  all: Alternatives, lost: string, failed: string,
): OperatorFunction<End, AgentOutput<R>> => (source) => source.pipe(
  tap((end) => {
    if (!isSuccess(end)) return;
    all.say(end.id, 'won');
    all.stop(`${lost} ${end.id}`);
  }),
  takeWhile((end) => !isSuccess(end), true),
  toArray(),
  map((ends) => {
    const last = ends.at(-1);
    if (last === undefined || !isSuccess(last)) throw failureOfAll(failed, ends);
    return result(last.ending.result as R);
  }),
);
