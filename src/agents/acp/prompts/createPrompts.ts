import type { PromptResponse, SessionUpdate } from '@agentclientprotocol/sdk';
import {
  defer, delay, EMPTY, endWith, filter, from, ignoreElements, interval, lastValueFrom, map, merge, Observable, race, Subject,
  switchMap, take, takeUntil, tap, timer, type Subscriber,
} from 'rxjs';
import { line, step, type AgentOutput } from '../../../core/output.js';
import type { AcpSteering } from '../acpOptions.js';
import type { Asked } from '../connection/connect.js';
import { createPulse, type Sign } from './createPulse.js';
import { retell } from './retell.js';
import { usageOf } from '../output/usageOf.js';

/** Milliseconds in which an agent that takes no second prompt can be expected to refuse it. */
const REFUSAL = 100;

/** What the prompts of one task need. */
export interface Talk {
  readonly steering: AcpSteering | false;
  /** What it was steered with before the goal is sent, and is told again with it. */
  readonly told: readonly string[];
  /** Keeps what it was steered with in turns that are not over: it stands nowhere else by then. */
  keep(this: void, told: readonly string[]): void;
  /** Whether the agent forgets a turn that is cancelled; see `forgetsCancelled`. */
  readonly forgets: boolean;
  /** Milliseconds; see `promptSilence`. */
  readonly silence: number;
  /** Milliseconds; see `cancelGrace`. */
  readonly cancelGrace: number;
  /** The updates of the session. */
  readonly heard: Observable<SessionUpdate>;
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
  /** Hands a message on; completes when the model has shown life for the prompt that carried it, and errors where that is refused. */
  steer(this: void, message: string): Observable<never>;
  /** How many messages may be handed on at one time. */
  readonly concurrency: number;
  /** Whether a prompt waits for its answer. */
  isWaiting(this: void): boolean;
  /** Cancels what is still on, and waits for the answer. */
  settle(this: void): Promise<Settled>;
  /** What the agent was told in a turn that was cancelled, and does not know any more. */
  lost(this: void): readonly string[];
}

/** How a task has left its session: all was said, the cancel was answered, or it was not in time and nothing is known. */
export type Settled = 'ended' | 'cancelled' | 'unanswered';

/** The goal or a message. */
interface Letter {
  readonly text: string;
  isHeard: boolean;
  /** What of it is steering, which a later process would have to repeat once it reads delivered. */
  readonly steering: readonly string[];
  isDelivered: boolean;
  /** Who waits for it to be heard. */
  readonly receipt: Subscriber<never> | undefined;
}

/** A prompt that waits for its answer. */
interface Sent {
  readonly asked: Asked<PromptResponse>;
  /** What is new in it. */
  readonly letters: readonly Letter[];
  /** What of it was told before. */
  readonly again: readonly Letter[];
  /** Whether it was sent into a running turn. */
  readonly isWithin: boolean;
  isWritten: boolean;
  /** Whether what comes now is of an answer that began after it. */
  isBehind: boolean;
  /** Whether anything has come after it. */
  hasLife: boolean;
  hasArrived: boolean;
  /** Whether a refusal is its receipt's business, and none of the task's: it was just sent into a running turn. */
  isRefusable: boolean;
}

/**
 * Sends prompts, in the way in which the agent takes them.
 *
 * ```
 * steering             ───────s──────────
 * concurrent-prompt    p──────p──a──a|      both are waited for
 * cancel-and-reprompt  p──────ca─p──────a|  cancel, its answer, the next
 * queue                p─────────a─p────a|  when the turn has ended by itself
 * ```
 *
 * What was cancelled before its model has shown life goes into the next prompt, in front; so does all of a cancelled turn where the agent
 * forgets it.
 */
export function createPrompts(goal: string, talk: Talk): Prompts {
  const outputs = new Subject<AgentOutput>();
  const pending = new Set<Sent>();
  const pulse = createPulse();
  /** What the next prompt is to say, and what of earlier ones it has to repeat. */
  let waiting: Letter[] = [];
  let lost: readonly Letter[] = [];
  let isCancelling = false;
  let isOver = false;
  let last: PromptResponse | undefined;
  let lastUsage = '';
  let kept = JSON.stringify(talk.told);
  /** Whether a turn has ended since a prompt was sent. */
  let hasEnded = false;

  function send(letters: readonly Letter[]): Sent {
    const isWithin = pending.size > 0;
    const again = isWithin ? [] : lost;
    const sent: Sent = {
      asked: talk.ask(retell(again, letters), !isWithin), letters, again, isWithin,
      isWritten: false, isBehind: !isWithin, hasLife: false, hasArrived: false, isRefusable: isWithin,
    };
    if (!isWithin) lost = [];
    pending.add(sent);
    hasEnded = false;
    sent.asked.written.then(() => { sent.isWritten = true; }, () => undefined);
    sent.asked.answer.then(
      (response) => { if (leave(sent)) answered(sent, response); },
      (error: unknown) => { if (leave(sent)) refused(sent, error); },
    );
    return sent;
  }

  function leave(sent: Sent): boolean {
    pending.delete(sent);
    return !isOver;
  }

  function arrive(sent: Sent): void {
    for (const letter of [...sent.again, ...sent.letters]) letter.isHeard = true;
    // Within a turn a refusal may still be on its way.
    if (!sent.isWithin) settleReceipts(sent);
    else sent.letters[0]!.receipt!.add(timer(REFUSAL).subscribe({ next: () => { settleReceipts(sent); }, error: () => undefined }));
  }

  /** What reads delivered is kept from then on until its turn is over. */
  function keep(): void {
    const open = [...[...pending].flatMap(({ again, letters }) => [...again, ...letters]), ...lost];
    const told = open.filter(({ isDelivered }) => isDelivered).flatMap(({ steering }) => steering);
    const now = JSON.stringify(told);
    if (now !== kept) talk.keep(told);
    kept = now;
  }

  function settleReceipts(sent: Sent): void {
    const letters = [...sent.again, ...sent.letters];
    sent.isRefusable = false;
    for (const letter of letters) letter.isDelivered = true;
    keep();
    for (const { receipt } of letters) receipt?.complete();
  }

  function hear({ isLife, isNewAnswer, isBoundary }: Sign): void {
    for (const sent of pending) {
      if (!sent.isWritten) continue;
      sent.hasLife ||= isLife;
      if (isLife && (isNewAnswer || sent.isBehind) && !sent.hasArrived) {
        sent.hasArrived = true;
        arrive(sent);
      }
      sent.isBehind ||= isBoundary;
    }
  }

  /** A turn was cancelled: what of it the agent does not know any more goes into the next prompt. */
  function lose({ letters, again }: Sent): void {
    lost = [...lost, ...[...again, ...letters].filter(({ isHeard }) => talk.forgets || !isHeard)];
  }

  function answered(sent: Sent, response: PromptResponse): void {
    last = response;
    hasEnded = true;
    if ((Object(response) as Partial<PromptResponse>).stopReason === 'cancelled') {
      lose(sent);
      keep();
    } else {
      // First of all, so that the message behind it can be the next prompt.
      for (const letter of [...sent.again, ...sent.letters]) letter.isHeard = true;
      settleReceipts(sent);
      for (const each of pending) each.isBehind = true;
    }
    // Prompts that were answered together tell the usage of their turn twice.
    const used = JSON.stringify((Object(response) as { usage?: unknown }).usage) ?? '';
    const spent = used === lastUsage ? [] : usageOf(response);
    lastUsage = pending.size === 0 ? '' : used;
    for (const each of spent) outputs.next(each);
    endTurn();
    outputs.next(step());
    goOn();
  }

  /** Where nothing waits any more: what comes next is another message. */
  function endTurn(): void {
    if (pending.size === 0) for (const each of talk.endTurn()) outputs.next(each);
  }

  function refused(sent: Sent, error: unknown): void {
    if (sent.isWithin) for (const { receipt } of sent.letters) receipt?.error(error);
    if (!talk.isOpen()) {
      fail(error);
    } else if (sent.isRefusable) {
      hasEnded = last !== undefined;
      endTurn();
      goOn();
    } else if (isCancelling && waiting.length > 0) {
      // Some agents answer a cancelled prompt with an error.
      lose(sent);
      endTurn();
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
    // What an agent cancelled for another prompt is told behind that one; where it gives up all by itself, that is its verdict.
    const isToRepeat = last?.stopReason !== 'cancelled' && lost.some(({ isHeard }) => !isHeard);
    if (waiting.length === 0 && !isToRepeat) {
      conclude();
      return;
    }
    const letters = waiting;
    waiting = [];
    send(letters);
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
      // The turn into which it was sent went on after it, and has ended.
      for (const sent of pending) if (sent.hasLife) settleReceipts(sent);
      conclude();
    }),
    ignoreElements(),
    takeUntil(outputs.pipe(ignoreElements(), endWith(true))),
  );

  const hearing = talk.heard.pipe(
    tap((update) => { hear(pulse.read(update)); }),
    ignoreElements(),
    takeUntil(outputs.pipe(ignoreElements(), endWith(true))),
  );

  const letterOf = (text: string, receipt: Subscriber<never>): Letter =>
    ({ text, steering: [text], isHeard: false, isDelivered: false, receipt });

  const steerNow = (message: string): Observable<never> => new Observable((subscriber) => {
    const sent = send([letterOf(message, subscriber)]);
    const isOnTheWay = from(sent.asked.written).pipe(
      delay(REFUSAL),
      switchMap(() => sent.hasLife ? [true] : talk.heard.pipe(take(1))),
    );
    subscriber.add(isOnTheWay.subscribe({ next: () => { sent.isRefusable = false; }, error: () => undefined }));
  });

  const steerNext = (message: string): Observable<never> => new Observable((subscriber) => {
    const letter = letterOf(message, subscriber);
    waiting.push(letter);
    subscriber.add(() => { waiting = waiting.filter((each) => each !== letter); });
    if (talk.steering === 'cancel-and-reprompt' && !isCancelling) {
      isCancelling = true;
      talk.cancel();
    }
  });

  return {
    outputs: merge(outputs, hearing, giveUp, defer(() => {
      send([{ text: goal, steering: talk.told, isHeard: false, isDelivered: true, receipt: undefined }]);
      return EMPTY;
    })),
    steer: talk.steering === 'concurrent-prompt' ? steerNow : steerNext,
    concurrency: talk.steering === 'queue' ? 1 : Infinity,
    isWaiting: () => pending.size > 0,
    async settle() {
      isOver = true;
      if (pending.size === 0) return 'ended';
      for (const sent of pending) lose(sent);
      talk.cancel();
      const answers = Promise.allSettled([...pending].map(({ asked }) => asked.answer));
      return lastValueFrom(race(
        from(answers).pipe(map(() => 'cancelled' as const)),
        timer(talk.cancelGrace).pipe(map(() => 'unanswered' as const)),
      ));
    },
    lost: () => lost.map(({ text }) => text),
  };
}
