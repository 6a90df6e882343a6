import { throwError } from 'rxjs';
import type { Failure } from '../core/events.js';
import { outcome } from '../core/operators/outcome.js';

/** What was thrown, as a task that fails with it would say it: a code and a message, whatever it is. */
export function failureIn(thrown: unknown): Failure {
  let failure: Failure;
  throwError(() => thrown).pipe(outcome()).subscribe((ending) => { failure = (ending as { readonly error: Failure }).error; });
  return failure!;
}
