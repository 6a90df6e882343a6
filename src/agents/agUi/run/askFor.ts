import type { Interrupt, ResumeEntry } from '@ag-ui/client';
import { catchError, defer, forkJoin, map, of, race, throwError, type Observable } from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { InvalidArgumentError, UnansweredError } from '../../../core/errors.js';
import { json, questionOf, type Asking } from './questionOf.js';

/** Timers take no more. */
const MAX_DURATION = 2_147_483_647;

/**
 * Asks for all that a run stopped for, at once, and answers with how it is resumed when the last of it is settled. What is declined, or has
 * expired, is cancelled there.
 *
 * @param steered - the next steering message: where one text is asked for and nothing else, that is an answer, too
 */
export function askFor(
  interrupts: readonly Interrupt[], ask: AgentContext['ask'], steered: Observable<string> | undefined,
): Observable<ResumeEntry[]> {
  return forkJoin(interrupts.map((interrupt) => defer(() => {
    const { id: interruptId } = interrupt;
    const left = timeLeft(interrupt);
    if (left !== undefined && left <= 0) return of<ResumeEntry>({ interruptId, status: 'cancelled' });
    const asking = questionOf(interrupt);
    const resolved = (payload: unknown): ResumeEntry => ({ interruptId, status: 'resolved', payload });
    const answered = answerTo(asking, left, ask).pipe(
      map((payload): ResumeEntry => (timeLeft(interrupt) ?? 1) > 0 ? resolved(payload) : { interruptId, status: 'cancelled' }),
      catchError((error: unknown) => error instanceof UnansweredError
        ? of<ResumeEntry>({ interruptId, status: 'cancelled' }) : throwError(() => error)),
    );
    const isText = asking.question.options === undefined && asking.question.schema === undefined && asking.question.kind === undefined;
    return steered === undefined || interrupts.length > 1 || !isText ? answered
      : race(answered, steered.pipe(map((words) => resolved(asking.payloadOf(words)))));
  })));
}

function answerTo({ question, payloadOf }: Asking, left: number | undefined, ask: AgentContext['ask']): Observable<unknown> {
  const timeout = left === undefined || left > MAX_DURATION ? {} : { timeout: left };
  return defer(() => ask({ ...question, ...timeout })).pipe(
    map(payloadOf),
    // What its agent gave is no question by all that it says: then by its words alone.
    catchError((error: unknown) => error instanceof InvalidArgumentError
      ? ask({ text: question.text, ...timeout }).pipe(map(json)) : throwError(() => error)),
  );
}

/** Whether all of them had expired before they came. */
export const areExpired = (interrupts: readonly Interrupt[]): boolean => interrupts.every((interrupt) => (timeLeft(interrupt) ?? 1) <= 0);

/** Milliseconds until an interrupt can no longer be answered; nothing where it says none that can be read. */
function timeLeft({ expiresAt }: Interrupt): number | undefined {
  const at = expiresAt === undefined ? NaN : Date.parse(expiresAt);
  return Number.isNaN(at) ? undefined : at - Date.now();
}
