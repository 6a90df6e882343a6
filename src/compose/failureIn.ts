import { map, throwError, type Observable } from 'rxjs';
import type { Failure } from '../core/events.js';
import { outcome } from '../core/operators/outcome.js';

/** What was thrown, as a task that fails with it would say it: in a code and a message, whatever it is. */
export const failureIn = (thrown: unknown): Observable<Failure> => throwError(() => thrown).pipe(
  outcome(),
  map((ending) => (ending as { readonly error: Failure }).error),
);
