import type { Writable } from 'node:stream';
import { BehaviorSubject, concatMap, defer, EMPTY, filter, finalize, map, mergeMap, take, type Observable } from 'rxjs';
import type { AgentContext } from '../../../core/agent.js';
import { feed } from '../feed.js';
import type { Prompted } from './promptOf.js';

/** The prompts of a run. */
export interface Prompts {
  /** Asks one after the other, and writes each answer as a line. Nothing comes of it but an error where one is not answered. */
  answer(this: void, prompts: Observable<Prompted>): Observable<never>;
  /** Emits once when nothing is asked: what is written meanwhile would be taken for the answer. */
  readonly free: Observable<unknown>;
}

/** Has a program's prompts answered by whoever answers the task's questions. */
export function createPrompts(stdin: Writable, ask: AgentContext['ask']): Prompts {
  const waiting = new BehaviorSubject(0);
  const count = (by: number): void => { waiting.next(waiting.value + by); };
  const one = ({ question, frame }: Prompted): Observable<never> => defer(() => ask<unknown>(question)).pipe(
    // A program that has ended meanwhile reads nothing: its exit says what that means.
    concatMap((answer) => feed(stdin, frame(answer)).catch(() => undefined)),
    mergeMap(() => EMPTY),
    finalize(() => { count(-1); }),
  );
  return {
    answer: (prompts) => prompts.pipe(
      map((prompt) => {
        count(1);
        return prompt;
      }),
      concatMap(one),
    ),
    free: waiting.pipe(filter((many) => many === 0), take(1)),
  };
}
