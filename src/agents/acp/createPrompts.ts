import type { PromptResponse } from '@agentclientprotocol/sdk';
import {
  defer, delay, EMPTY, endWith, filter, finalize, forkJoin, from, ignoreElements, interval, lastValueFrom, map, merge, Observable, race,
  share, Subject, switchMap, take, takeUntil, tap, timer,
} from 'rxjs';
import { line, step, type AgentOutput } from '../../core/output.js';
import type { AcpSteering } from './acpOptions.js';
import type { Asked } from './connect.js';
import { usageOf } from './usageOf.js';

/** Milliseconds in which an agent that takes no second prompt can be expected to refuse it. */
const REFUSAL = 100;

/** What the prompts of one task need. */
export interface Talk {
  readonly steering: AcpSteering | false;
  /** Milliseconds; see `promptSilence`. */
  readonly silence: number;
  /** Milliseconds; see `cancelGrace`. */
  readonly cancelGrace: number;
  /** The updates of the session. */
  readonly heard: Observable<unknown>;
  /** @param isNew - whether it begins a turn: none is running */
  ask(text: string, isNew: boolean): Asked<PromptResponse>;
  /** Tells the agent to cancel the turn, and takes back what waits for an answer. */
  cancel(): void;
  isOpen(): boolean;
  /** Whether it works or waits for something in silence. */
  isBusy(): boolean;
  /** What is to be put out when a turn has ended. */
  endTurn(): readonly AgentOutput[];
  verdict(response: PromptResponse): Error | undefined;
  describe(error: unknown): Error;
}

/** The prompts of one task: the goal, and what it is steered with. */
export interface Prompts {
  /** Sends the goal, and ends when every prompt is done: completes, or errors with why that is no success. */
  readonly outputs: Observable<AgentOutput>;
  /** Hands a message on; completes when the agent has shown life after it, and errors where it refuses it. */
  steer(this: void, message: string): Observable<never>;
  /** Cancels what is still on, and waits for the answer. */
  settle(this: void): Promise<Settled>;
}

/** How a task has left its session: all was said, the cancel was answered, or it was not in time and nothing is known. */
export type Settled = 'ended' | 'cancelled' | 'unanswered';

/**
 * Sends prompts, in the way in which the agent takes them.
 *
 * ```
 * steering             ───────s──────────
 * concurrent-prompt    p──────p──a──a|      both are waited for
 * cancel-and-reprompt  p──────ca─p──────a|  cancel, its answer, the next
 * queue                p─────────a─p────a|  when the turn has ended by itself
 * ```
 */
export function createPrompts(goal: string, talk: Talk): Prompts {
  const outputs = new Subject<AgentOutput>();
  const pending = new Set<Promise<PromptResponse>>();
  /** Just sent into a running turn: a refusal is its receipt's business, and none of the task's. */
  const justSent = new Set<Promise<PromptResponse>>();
  /** What is to be done when a prompt turns out to have arrived. */
  const arrivals = new Map<Promise<PromptResponse>, () => void>();
  let next: (() => void) | undefined;
  let isCancelling = false;
  let isOver = false;
  let last: PromptResponse | undefined;
  let lastUsage = '';
  /** Whether a turn has ended since a prompt was sent. */
  let hasEnded = false;

  function send(words: string): Asked<PromptResponse> {
    const asked = talk.ask(words, pending.size === 0);
    pending.add(asked.answer);
    hasEnded = false;
    asked.answer.then(
      (response) => {
        if (!leave(asked)) return;
        // First of all, so that the message behind it can be the next prompt.
        if (response.stopReason !== 'cancelled') arrivals.get(asked.answer)?.();
        answered(response);
      },
      (error: unknown) => { if (leave(asked)) refused(asked, error); },
    );
    return asked;
  }

  function leave({ answer }: Asked<PromptResponse>): boolean {
    pending.delete(answer);
    return !isOver;
  }

  function answered(response: PromptResponse): void {
    last = response;
    hasEnded = true;
    // Prompts that were answered together tell the usage of their turn twice.
    const used = JSON.stringify((Object(response) as { usage?: unknown }).usage) ?? '';
    const spent = used === lastUsage ? [] : usageOf(response);
    lastUsage = pending.size === 0 ? '' : used;
    for (const each of [...spent, ...pending.size === 0 ? talk.endTurn() : [], step()]) outputs.next(each);
    goOn();
  }

  function refused(asked: Asked<PromptResponse>, error: unknown): void {
    if (!talk.isOpen()) {
      fail(error);
    } else if (justSent.has(asked.answer)) {
      hasEnded = last !== undefined;
      goOn();
    } else if (isCancelling && next !== undefined) {
      // Some agents answer a cancelled prompt with an error.
      goOn();
    } else if (pending.size > 0) {
      outputs.next(line(`[a steering message failed later: ${talk.describe(error).message}]`));
    } else {
      fail(error);
    }
  }

  function goOn(): void {
    if (pending.size > 0) return;
    isCancelling = false;
    if (next === undefined) {
      conclude();
      return;
    }
    const sendNext = next;
    next = undefined;
    sendNext();
  }

  function conclude(): void {
    isOver = true;
    const problem = last === undefined ? undefined : talk.verdict(last);
    if (problem === undefined) outputs.complete();
    else outputs.error(problem);
  }

  function fail(error: unknown): void {
    isOver = true;
    outputs.error(talk.describe(error));
  }

  /** Ends the task where a turn has ended, another prompt is not answered, and nothing was heard for long. */
  const giveUp = merge(outputs, talk.heard).pipe(
    filter(() => hasEnded && pending.size > 0),
    switchMap(() => interval(talk.silence)),
    filter(() => pending.size > 0 && !talk.isBusy()),
    take(1),
    tap(() => {
      for (const each of [...talk.endTurn(), line('[a prompt was never answered; its turn counts as ended]')]) outputs.next(each);
      conclude();
    }),
    ignoreElements(),
    takeUntil(outputs.pipe(ignoreElements(), endWith(true))),
  );

  /** Completes when the agent has answered the prompt, or when something was heard after it and it was not refused for so long. */
  const arrival = ({ written, answer }: Asked<PromptResponse>, refusal: number): Observable<never> => new Observable((subscriber) => {
    arrivals.set(answer, () => { subscriber.complete(); });
    subscriber.add(() => arrivals.delete(answer));
    answer.catch((error: unknown) => { subscriber.error(error); });
    const taken = from(written).pipe(share());
    subscriber.add(forkJoin([taken.pipe(delay(refusal)), taken.pipe(switchMap(() => talk.heard.pipe(take(1))))])
      .subscribe({ next: () => { subscriber.complete(); }, error: (error: unknown) => { subscriber.error(error); } }));
  });

  const steerNow = (message: string): Observable<never> => defer(() => {
    const asked = send(message);
    justSent.add(asked.answer);
    return arrival(asked, REFUSAL).pipe(finalize(() => { justSent.delete(asked.answer); }));
  });

  const steerNext = (message: string): Observable<never> => new Observable((subscriber) => {
    next = () => { subscriber.add(arrival(send(message), 0).subscribe(subscriber)); };
    if (talk.steering === 'cancel-and-reprompt' && !isCancelling) {
      isCancelling = true;
      talk.cancel();
    }
  });

  return {
    outputs: merge(outputs, giveUp, defer(() => {
      send(goal);
      return EMPTY;
    })),
    steer: talk.steering === 'concurrent-prompt' ? steerNow : steerNext,
    async settle() {
      isOver = true;
      if (pending.size === 0) return 'ended';
      talk.cancel();
      const answers = Promise.allSettled(pending);
      return lastValueFrom(race(
        from(answers).pipe(map(() => 'cancelled' as const)),
        timer(talk.cancelGrace).pipe(map(() => 'unanswered' as const)),
      ));
    },
  };
}
