import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { collected, collectedFields } from './collected.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import type { Tool } from './tool.js';

const inputSchema = z.strictObject({ task_id: fields.taskId, timeout: fields.timeout });
const outputSchema = answerOf(collectedFields);

/** Waits for a task's result. */
export const collectTask = (scope: Delegator): Tool => defineTool({
  name: 'collect_task',
  description: 'Waits until a task has ended and answers with its result (summary) and its last lines (output). Use it when you '
    + 'need the result; not to see how far it is: use check_task. When the timeout (seconds) runs out it answers '
    + 'timed_out: true, the task goes on, and you can collect again.',
  inputSchema,
  outputSchema,
  run: ({ task_id, timeout }, _, call) => collected(scope, findTask(scope, task_id), timeout, call),
});
