import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import type { SteeringState } from '../core/events.js';
import { answerOf } from './answers/answerOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { refusalOf } from './answers/refusalOf.js';
import type { Tool } from './tool.js';

const MESSAGES: Readonly<Record<SteeringState, string>> = {
  queued: 'The message waits; the agent takes it at its next step.',
  delivered: 'The agent has the message.',
  missed: 'The task ended before the agent took the message.',
};

const inputSchema = z.strictObject({ task_id: fields.taskId, message: fields.message });
const outputSchema = answerOf({ task_id: z.string(), status: z.string(), message: z.string(), steering_id: z.string(), state: z.string() });

/** Sends a message to a running task. */
export const steerTask = (scope: Delegator): Tool => defineTool({
  name: 'steer_task',
  description: 'Sends a message to a running agent: a correction, a hint, a narrower aim. It does not stop or restart it. state '
    + 'says whether the agent has it already (delivered) or takes it at its next step (queued); check_task counts what '
    + 'it missed. Not for asking how far it is: use check_task.',
  inputSchema,
  outputSchema,
  run: ({ task_id, message }) => {
    const task = findTask(scope, task_id);
    const { id, state, error } = task.steer(message);
    if (error !== undefined) return refusalOf(error, task);
    return { ok: true, task_id: task.id, message: MESSAGES[state], steering_id: id, state };
  },
});
