import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { InvalidArgumentError, QuestionNotFoundError } from '../core/errors.js';
import type { OpenQuestion } from '../core/question.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { refusalOf } from './answers/refusalOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { not, said, type Offer } from './calls/offer.js';
import type { Tool, ToolAnswer } from './tool.js';

// As types and in words: a union of schemas costs a model twice the tokens. What is expected is for the question to say.
const answerSchema = z.unknown().meta({
  type: ['string', 'boolean', 'object'], description: 'A text, option id, true, false, or a form as JSON.',
}) as z.ZodType;

const inputSchema = z.strictObject({
  task_id: fields.taskId,
  question_id: z.string().optional().describe('Where it asks several.'),
  answer: answerSchema.optional(),
  decline: z.string().optional().describe('Instead: why you cannot.'),
});
const outputSchema = answerOf({
  task_id: z.string(), status: z.string(), question_id: z.string(), answered: z.boolean(), message: z.string(),
});

/** Answers what a task asks, where its model may. */
export const answerTask = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'answer_task',
  description: said('Answers what a task asks (questions).', not('for hints', offer, 'steer_task')),
  inputSchema,
  outputSchema,
  run: ({ task_id, question_id, answer, decline }) => {
    const task = findTask(scope, task_id, offer);
    const reason = decline?.trim() === '' ? undefined : decline;
    // Strict modes make a model send something for each.
    if (reason !== undefined && answer !== undefined && answer !== '') {
      throw new InvalidArgumentError('Expected `answer` or `decline`, got both. Send one of them.');
    }
    const id = question_id?.trim() || undefined;
    const known = id === undefined ? onlyOne(task, offer) : task.questions.find((one) => one.id === id);
    if (known !== undefined && !offer.answers(known.kind)) return forPerson(task, known);
    if (reason === undefined && answer === undefined) {
      throw new InvalidArgumentError('Expected `answer`, or `decline` with the reason why you cannot, got neither.');
    }
    const { questionId, answered, error } = reason !== undefined
      ? task.decline(known?.id ?? id!, reason)
      : task.answer(known?.id ?? id!, worded(answer, known));
    if (error !== undefined) return { ...refusalOf(error, task), question_id: questionId, answered };
    return {
      ok: true, task_id: task.id, question_id: questionId, answered,
      message: reason === undefined ? 'The agent has the answer and goes on.' : 'The agent was told that it gets no answer.',
    };
  },
});

/** Models send numbers for texts, and for the ids of options. */
const worded = (answer: unknown, question: OpenQuestion | undefined): unknown =>
  typeof answer === 'number' && question?.kind !== 'form' ? String(answer) : answer;

/** The only question that a model may answer; else the only one. */
function onlyOne(task: Task, offer: Offer): OpenQuestion {
  const { questions } = task;
  const mine = questions.filter(({ kind }) => offer.answers(kind));
  const [first, ...others] = mine.length > 0 ? mine : questions;
  if (first === undefined) throw new QuestionNotFoundError(`Task ${task.id} asks nothing now (${task.status}).`);
  if (others.length > 0 && mine.length > 0) {
    throw new InvalidArgumentError(`Task ${task.id} asks several things. Send \`question_id\`: ${mine.map(({ id }) => id).join(', ')}.`);
  }
  return first;
}

/** What kinds a model answers is its developer's choice. No error of the core says so: in code, everything may be answered. */
const forPerson = (task: Task, { id, kind }: OpenQuestion): ToolAnswer => ({
  ok: false, code: 'not_allowed', task_id: task.id, status: task.status, question_id: id, answered: false,
  error: `Question ${id} is a ${kind} question that only a person may answer. Tell the user, and go on with other work.`,
});
