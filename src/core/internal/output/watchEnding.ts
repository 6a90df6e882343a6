import type { Observable, Unsubscribable } from 'rxjs';
import { isOutcome, type Ending } from '../../events.js';
import { resolveLimits } from '../../limits.js';
import type { OutputOrEvent } from '../../resultIn.js';
import { takeWhile } from '../../rx.js';
import { causes } from '../failure/causes.js';
import { failureOf } from '../failure/failureOf.js';
import { noResult } from '../failure/noResult.js';
import { Transcript } from './transcript.js';

/** Of a run, whose lines nobody keeps. */
export const READER = { form: resolveLimits(), print: (): void => undefined };

/**
 * Tells how a run or a task ended: of a task the outcome event, of a run what is made of its last result, its last line or its error; of
 * events that were cut short, nothing. One step, and not the ten operators that it could be made of: each task that is collected passes
 * it, and so those held 12 kB.
 */
export function watchEnding(source: Observable<OutputOrEvent>, tell: (ending: Ending<never> | undefined) => void): Unsubscribable {
  let transcript: Transcript<unknown> | undefined;
  let isTask = false;
  let ending: Ending<never> | undefined;
  const goesOn = (output: OutputOrEvent): boolean => {
    if (!('taskId' in output)) (transcript ??= new Transcript(READER)).take(output);
    else if (isOutcome(output)) ending = output as Ending<never>;
    else isTask = true;
    return ending === undefined;
  };
  return source.pipe(takeWhile(goesOn)).subscribe({
    error: (thrown: unknown) => { tell(failed(thrown)); },
    complete: () => {
      if (ending === undefined && !isTask) {
        const box = transcript?.end();
        ending = box === undefined ? failed(noResult()) : { type: 'completed', result: box.value as never };
      }
      tell(ending);
    },
  });
}

function failed(thrown: unknown): Ending<never> {
  const ending: Ending<never> = { type: 'failed', error: failureOf(thrown) };
  causes.set(ending, thrown);
  return ending;
}
