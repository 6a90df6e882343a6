import type { Fact, KeptQuestion } from '../core/store.js';

/** So many questions of a task are kept. */
const KEPT = 100;

type Said = Extract<Fact, { readonly type: 'asked' | 'answered' | 'read' }>;

/**
 * The questions of a task with a new one, or with what has become of one, or where it was read. Beyond 100 the oldest that are settled go,
 * and never an open one.
 */
export function withQuestion(questions: readonly KeptQuestion[], fact: Said): readonly KeptQuestion[] {
  if (fact.type === 'read') {
    return questions.map((one) => one.question.id === fact.questionId && one.how === undefined ? { ...one, readAt: fact.at } : one);
  }
  if (fact.type === 'answered') {
    const { questionId, how, answer, reason } = fact;
    return questions.map((one) => one.question.id !== questionId || one.how !== undefined ? one : {
      question: one.question, how, ...(answer !== undefined && { answer }), ...(reason !== undefined && { reason }),
    });
  }
  if (questions.some(({ question: { id } }) => id === fact.question.id)) return questions;
  const all = [...questions, { question: fact.question }];
  let beyond = all.length - KEPT;
  return beyond <= 0 ? all : all.filter(({ how }) => how === undefined || beyond <= 0 || (beyond -= 1, false));
}

/** Those that are left when their agent has saved: what was settled before is behind that. */
export const openOf = (questions: readonly KeptQuestion[]): readonly KeptQuestion[] => questions.filter(({ how }) => how === undefined);
