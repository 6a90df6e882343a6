import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { collected, collectedFields } from './collected.js';
import { defineTool } from './calls/defineTool.js';
import { fields, timeoutWithin } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { not, said, type Offer } from './calls/offer.js';
import type { Tool } from './tool.js';

const outputSchema = answerOf(collectedFields);

/** Waits for a task's result. */
export const collectTask = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'collect_task',
  description: said(
    'Waits for the end of a task and answers with its result (summary) and last lines (output).',
    offer.isTold ? 'You will be told of each end anyway: use it for more of a long result, or when you can do nothing before it.'
      : undefined,
    not('to see how far it is', offer, 'check_task'),
    'When the timeout (seconds) runs out (timed_out), the task goes on; collect again.',
  ),
  inputSchema: z.strictObject({
    task_id: fields.taskId,
    timeout: timeoutWithin(offer.maxWait),
    lines: fields.lines.describe(`Lines of output. Default ${offer.lines} beside a result, else all.`),
    offset: fields.offset.describe('From which line; 0 is the first.'),
  }),
  outputSchema,
  run: ({ task_id, timeout, ...shown }, call) => collected(scope, findTask(scope, task_id, offer), offer, call, timeout, shown),
});
