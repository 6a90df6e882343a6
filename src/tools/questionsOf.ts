import { filter, map, type Observable } from 'rxjs';
import type { Delegator } from '../core/agent.js';
import { asksOf } from '../core/asksOf.js';
import type { Task } from '../core/task.js';
import type { Offer } from './calls/offer.js';
import { askingBelow, type Asking } from './hearing/news.js';
import { hearingOf } from './hearing/hearingOf.js';
import { askedOf, type AskedQuestion } from './answers/askedOf.js';

/** Characters of a question, and of what stands beside it, each; and of all that one answer shows. */
const MOST = 8_000;
const MOST_OF_ALL = 24_000;

/** Of what only a person may answer. */
export const FOR_A_PERSON = 'A person is asked, and only a person may answer: tell the user.';

/** What an answer shows of questions. */
export interface ShownQuestions {
  /** For the answer; nothing where there are none. */
  readonly fields: { readonly questions?: readonly AskedQuestion[]; readonly questions_more?: number };
  /** Those of them that the model is to answer: they are told by this. */
  readonly told: readonly Asking[];
}

/** The questions that the model of a toolset is to answer, of these tasks and of all below them; of nobody's, where none are given. */
export function questionsFor(scope: Delegator, offer: Offer, ids?: ReadonlySet<string>): readonly Asking[] {
  if (!offer.has('answer_task')) return [];
  const all = hearingOf(scope).asking().filter(({ question: { kind } }) => offer.answers(kind));
  return ids === undefined ? all : all.filter(({ task }) => isWithin(scope, task, ids));
}

/** Emits as soon as there is one of these questions. */
export const asked = (scope: Delegator, offer: Offer, ids?: ReadonlySet<string>): Observable<'asked'> => scope.questions.pipe(
  filter(() => questionsFor(scope, offer, ids).length > 0),
  map(() => 'asked'),
);

/** What one task asks, whoever is to answer it, and what the model is to answer that is asked below it. */
export function questionsOf(scope: Delegator, offer: Offer, task: Task): ShownQuestions {
  const mine = questionsFor(scope, offer, new Set([task.id]));
  if (task.questions.length === 0 && mine.length === 0) return { fields: {}, told: [] };
  const own = askingBelow(scope).filter((one) => one.task.id === task.id && !mine.includes(one));
  return shown(scope, offer, [...mine, ...own]);
}

/** These questions, as many as there is room for. */
export function shown(scope: Delegator, offer: Offer, all: readonly Asking[]): ShownQuestions {
  const asks = asksOf(scope);
  const isMine = ({ task, question: { kind } }: Asking): boolean => offer.answers(kind) && asks.isFor(task.id, kind);
  const fields: AskedQuestion[] = [];
  const told: Asking[] = [];
  let left = MOST_OF_ALL;
  for (const one of all) {
    const whose = isMine(one) ? undefined : offer.answers(one.question.kind) ? 'agent' as const : 'person' as const;
    const field = askedOf(one.question, one.task, MOST, whose);
    left -= JSON.stringify(field).length;
    if (left < 0 && fields.length > 0) break;
    fields.push(field);
    if (whose === undefined) told.push(one);
  }
  const more = all.length - fields.length;
  return { fields: { ...fields.length > 0 && { questions: fields }, ...more > 0 && { questions_more: more } }, told };
}

function isWithin(scope: Delegator, task: Task, ids: ReadonlySet<string>): boolean {
  if (ids.has(task.id)) return true;
  const above = task.parentId === undefined ? undefined : scope.get(task.parentId);
  return above !== undefined && isWithin(scope, above, ids);
}
