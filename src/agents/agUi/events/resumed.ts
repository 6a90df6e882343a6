import type { AGUIEvent, ResumeEntry } from '@ag-ui/client';
import type { Kind } from '../../../core/check.js';
import { headOf } from '../../../core/cutText.js';
import { QuestionNotFoundError } from '../../../core/errors.js';
import type { AnswerReceipt, OpenQuestion } from '../../../core/question.js';
import type { Task } from '../../../core/task.js';
import { agUiEvent } from './agUiEvent.js';

/** What became of the entries of a run that goes on. */
export interface Resumed {
  /** `sidestream.answer_refused`, for each that was not taken. */
  readonly events: readonly AGUIEvent[];
  /** What was wrong with the answer to a question that is still open, by its id. */
  readonly wrong: ReadonlyMap<string, string>;
}

/**
 * Answers questions by what a client sends to go on with: `resolved` answers, `cancelled` declines. Beside the answer itself, a client may
 * say `{ approved: true }` where it is asked for leave or for a yes.
 */
export function resumed(entries: readonly ResumeEntry[], receiptOf: (entry: ResumeEntry) => AnswerReceipt): Resumed {
  const events: AGUIEvent[] = [];
  const wrong = new Map<string, string>();
  for (const entry of entries) {
    const { questionId, error } = receiptOf(entry);
    if (error === undefined) continue;
    const { code, message } = error;
    if (code === 'invalid_argument') wrong.set(questionId, message);
    events.push(agUiEvent({ type: 'CUSTOM', name: 'sidestream.answer_refused', value: { questionId, code, message } }));
  }
  return { events, wrong };
}

/** Answers or declines one of the questions that are open. A task can say more of one that is not: it knows those that were settled. */
export function settleIn(open: readonly OpenQuestion[], entry: ResumeEntry, task?: Pick<Task, 'answer'>): AnswerReceipt {
  // A front end sends it, so it may be anything.
  const { interruptId, status, payload } = Object(entry) as Readonly<Record<keyof ResumeEntry, unknown>>;
  const id = String(interruptId);
  const question = open.find((one) => one.id === id);
  if (question === undefined) {
    const error = new QuestionNotFoundError(`Question not found: ${headOf(id, ID)}. It is asked no more, or was not.`);
    return task?.answer(id, payload) ?? { questionId: id, answered: false, error };
  }
  if (status === 'cancelled') return question.decline('It was cancelled by the front end.');
  const { approved } = Object(payload) as { readonly approved?: unknown };
  return question.answer(question.kind !== 'form' && typeof approved === 'boolean' ? approved : payload);
}

/** Characters of an id that is repeated. */
const ID = 80;

export const RESUME: Kind = [Array.isArray, 'the `resume` of a RunAgentInput, a list'];
