import {
  combineLatest, distinctUntilChanged, EMPTY, map, Observable, scan, startWith, Subject, switchMap, type ObservableInput,
} from 'rxjs';
import type { Delegator } from '../../../core/agent.js';
import type { TaskId } from '../../../core/events.js';
import type { OpenQuestion, QuestionKind } from '../../../core/question.js';
import type { ElicitResult } from '../sdk.js';
import { formOf, type Form } from './formOf.js';
import { wordsOf } from './wordsOf.js';

/** What a person is shown. */
export interface Asking {
  readonly message: string;
  readonly requestedSchema: Form['schema'];
}

/** A host that can ask its person. */
export interface ElicitHost {
  /** Whether it knows titles of options as they are since 2025-11-25. */
  readonly isTitled: boolean;
  /** Asks, and settles when the person has done something; aborting the signal takes it back. */
  elicit(this: void, ask: Asking, signal: AbortSignal): Promise<ElicitResult>;
  /** Told of what went wrong. */
  failed(this: void, error: unknown): void;
}

/** Puts open questions to the person at a host, while it is subscribed to. */
export interface Elicitation extends Observable<never> {
  /** What the person has dismissed of a task, or of one question, is put once more. */
  again(task: TaskId, question?: string): void;
}

/** Answers of one person that are none, before the question is left to others: what answers by itself would do so for ever. */
const WRONG = 5;

/** Somebody was first: the list of what is open says so, too. */
const SETTLED: readonly string[] = ['already_answered', 'not_running', 'question_not_found'];

const DECLINED = 'A person at the MCP host declined it.';

/**
 * Puts the open questions of some kinds to the person at a host, one at a time, the oldest first. One that is settled otherwise meanwhile
 * is taken back; one that the person dismisses stays open for others, and is not put here again unless `again` says so.
 *
 * ```
 * questions  ──a──────ab────────b──────────c──────
 * host       ──a?─────────accept b?──dismiss c?───
 * ```
 */
export function elicitQuestions(scope: Delegator, kinds: readonly QuestionKind[], host: ElicitHost): Elicitation {
  const dismissed = new Map<string, TaskId>();
  const changed = new Subject<void>();
  const isOver = (id: string): void => {
    dismissed.delete(id);
    changed.next();
  };

  const put = (question: OpenQuestion): Observable<never> => asking(question, host, () => {
    dismissed.set(question.id, question.taskId);
    changed.next();
  });

  const asked = combineLatest([scope.questions, changed.pipe(startWith(undefined))]).pipe(
    map(([open]) => {
      for (const id of dismissed.keys()) if (open.every((question) => question.id !== id)) dismissed.delete(id);
      return open.filter(({ id, kind }) => kinds.includes(kind) && !dismissed.has(id)).sort(byAge);
    }),
    // Whoever is looking at one goes on with it.
    scan((current: OpenQuestion | undefined, open) => open.find(({ id }) => id === current?.id) ?? open[0], undefined),
    distinctUntilChanged((one, other) => one?.id === other?.id),
    switchMap((question): ObservableInput<never> => question === undefined ? EMPTY : put(question)),
  );
  return Object.assign(asked, {
    again: (task: TaskId, question?: string) => {
      for (const [id, taskId] of [...dismissed]) if (taskId === task && (question ?? id) === id) isOver(id);
    },
  });
}

const byAge = (one: OpenQuestion, other: OpenQuestion): number =>
  one.askedAt - other.askedAt || one.id.localeCompare(other.id, 'en', { numeric: true });

/** Asks until there is an answer, or the person dismisses it; unsubscribing takes it back. */
function asking(question: OpenQuestion, host: ElicitHost, dismiss: () => void): Observable<never> {
  return new Observable(() => {
    let form: Form;
    try {
      form = formOf(question, host.isTitled);
    } catch (error) {
      // What nobody can show is left to others.
      host.failed(error);
      dismiss();
      return;
    }
    const taken = new AbortController();
    let isAsked = false;

    const ask = async (wrong?: string): Promise<ElicitResult> => {
      const { hint } = form;
      isAsked = true;
      const message = wordsOf(question, { ...wrong !== undefined && { wrong }, ...hint !== undefined && { hint } });
      return host.elicit({ message, requestedSchema: form.schema }, taken.signal).finally(() => { isAsked = false; });
    };

    const untilAnswered = async (): Promise<void> => {
      let wrong: string | undefined;
      for (let left = WRONG; left > 0; left--) {
        const { action, content = {} } = await ask(wrong);
        if (taken.signal.aborted) return;
        if (action === 'cancel') break;
        const { error } = action === 'decline' ? question.decline(DECLINED) : question.answer(form.read(content));
        if (error === undefined || SETTLED.includes(error.code)) return;
        if (error.code !== 'invalid_argument') throw error;
        wrong = error.message;
      }
      dismiss();
    };

    untilAnswered().catch((error: unknown) => {
      if (taken.signal.aborted) return;
      host.failed(error);
      dismiss();
    });
    return () => {
      // The SDK tells the host also of what was settled long ago.
      if (isAsked) taken.abort('The question is settled, or asked no more.');
    };
  });
}
