import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import type { SteeringState } from '../core/events.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { not, said, type Offer } from './calls/offer.js';
import { refusalOf } from './answers/refusalOf.js';
import type { Tool } from './tool.js';

const MESSAGES: Readonly<Record<SteeringState, string>> = {
  queued: 'The message waits; the agent has not taken it yet. If it never does, that is told with its end.',
  delivered: 'The agent has the message.',
  missed: 'The task ended before the agent took the message.',
};

const inputSchema = z.strictObject({ task_id: fields.taskId, message: fields.message });
const outputSchema = answerOf({ task_id: z.string(), status: z.string(), message: z.string(), steering_id: z.string(), state: z.string() });

/** Sends a message to a running task. */
export const steerTask = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'steer_task',
  description: said(
    'Sends a running agent, which goes on, a correction or a hint. state: it has it (delivered), or not yet (queued); what it never '
    + 'took is told with its end.',
    not('to see how far it is', offer, 'check_task'),
  ),
  inputSchema,
  outputSchema,
  run: ({ task_id, message }) => {
    const task = findTask(scope, task_id, offer);
    // Some agents take a message for the answer.
    const forOthers = task.questions.find(({ kind }) => kind === 'text' && !offer.answers(kind));
    if (forOthers !== undefined) {
      return {
        ok: false, code: 'not_allowed', task_id: task.id, status: task.status,
        error: `The agent waits for an answer to ${forOthers.id}, which only a person may give. Steer it when it goes on.`,
      };
    }
    const { id, state, error } = task.steer(message);
    if (error !== undefined) return refusalOf(error, task);
    const words = said(MESSAGES[state], state !== 'missed' && asksIn(task, offer));
    return { ok: true, task_id: task.id, message: words, steering_id: id, state };
  },
});

/** A message is no answer: where just that may have been meant, it is said. */
function asksIn({ questions }: Task, offer: Offer): string | false {
  const [question, ...others] = questions.filter(({ kind }) => kind === 'text');
  if (question === undefined || others.length > 0 || !offer.answers('text')) return false;
  return `It is no answer to ${question.id}, for which the agent waits: answer_task.`;
}
