import type { OperatorFunction } from 'rxjs';
import { catchError, concat, defer, filter, map, of, throwError } from '../../rx.js';
import type { OutputOrEvent } from '../../resultIn.js';
import { resolveLimits } from '../../limits.js';
import { Transcript } from './transcript.js';

/** Of a run they come whole; of a task they are wrapped and cut already. */
const FORM = { ...resolveLimits(), lineLength: Infinity };

/** The lines of a run or of a task, those of one output together; outputs that end no line are left out. */
export const lineGroups = <E extends OutputOrEvent>(): OperatorFunction<E, readonly string[]> => (source) => defer(() => {
  let ready: string[] = [];
  const transcript = new Transcript<unknown>({ form: FORM, print: (line) => { ready.push(line); } });
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
  return concat(taken, rest).pipe(filter((group) => group.length > 0));
});
