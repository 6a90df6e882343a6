import { map, merge, NEVER, Subject, takeUntil, timer } from 'rxjs';
import { untilAborted } from '../../../core/operators/untilAborted.js';
import { streamStep, type StepPart, type StepRequest } from '../aiSdk.js';
import { failureOfStep, type Progress } from '../failure/failureOfStep.js';
import { ModelError } from '../failure/modelError.js';
import { nameOfModel } from './nameOfModel.js';
import { seconds } from '../failure/seconds.js';

/**
 * The parts of a step; what is thrown says what happened. A request that is not answered in time is closed, and so is one whose answer
 * broke, before it is tried again.
 */
export async function* partsOfStep(request: StepRequest, startTimeout: number): ReturnType<typeof streamStep> {
  const name = nameOfModel(request.model);
  const own = new AbortController();
  const heard = new Subject<void>();
  const late = timer(startTimeout).pipe(map(() => { throw noAnswer(name, startTimeout); }), takeUntil(heard));
  let giveUp = (_reason: unknown): void => undefined;
  const tooLate = new Promise<never>((_, reject) => { giveUp = reject; });
  tooLate.catch(() => undefined);
  const stopping = merge(NEVER, late).pipe(untilAborted(request.signal)).subscribe({
    error: (reason: unknown) => {
      own.abort(reason);
      // Not every provider listens to its signal. A run that is stopped waits for it all the same, to be told as stopped truly.
      if (!request.signal.aborted) giveUp(reason);
    },
  });
  let progress: Progress = 'none';
  let whole = false;
  const parts = streamStep({ ...request, signal: own.signal });
  try {
    while (!whole) {
      const next: IteratorResult<StepPart, void> = await (progress === 'none' ? Promise.race([parts.next(), tooLate]) : parts.next());
      heard.next();
      if (next.done === true) {
        whole = true;
      } else {
        progress = next.value.type === 'begun' ? 'begun' : 'answering';
        yield next.value;
      }
    }
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    throw failureOfStep(own.signal.aborted ? own.signal.reason : thrown, name, progress, Object.values(request.settings.headers ?? {}));
  } finally {
    stopping.unsubscribe();
    if (!whole) {
      own.abort();
      void parts.return().catch(() => undefined);
    }
  }
}

const noAnswer = (name: string, timeout: number): ModelError => new ModelError(
  'no_answer',
  `The provider of ${name} has not begun to answer within ${seconds(timeout)}. Try again later, or raise \`startTimeout\`.`,
);
