import { firstValueFrom } from 'rxjs';
import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { NotRunningError } from '../core/errors.js';
import { answerOf } from './answers/answerOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { holdBack } from './hearing/holdBack.js';
import { tell } from './hearing/tell.js';
import { not, said, type Offer } from './calls/offer.js';
import { refusalOf } from './answers/refusalOf.js';
import type { Tool } from './tool.js';

const inputSchema = z.strictObject({ task_id: fields.taskId, reason: z.string().optional() });
const outputSchema = answerOf({
  task_id: z.string(), status: z.string(), cancelled: z.boolean(), message: z.string(), stopped: z.boolean(),
  ended_ids: z.array(z.string()), not_stopped_ids: z.array(z.string()),
});

/** Milliseconds that a cancel takes at most, more than any grace. */
const LONGEST = 3_600_000;

/** Ends a task and all below it. */
export const cancelTask = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'cancel_task',
  description: said(
    'Ends a task, and all that it started, at once, then waits a few seconds for the work to stop (stopped).',
    not('to change what it does', offer, 'steer_task'),
  ),
  inputSchema,
  outputSchema,
  run: async ({ task_id, reason = '' }, call) => {
    const task = findTask(scope, task_id, offer);
    const letGo = holdBack(scope, [task], LONGEST);
    if (!task.cancel(reason.trim() === '' ? undefined : reason)) {
      letGo();
      const error = `Task ${task.id} has ended already (${task.status}), so there is nothing to cancel. Go on with what came of it.`;
      return { ...refusalOf(new NotRunningError(error), task), cancelled: false };
    }
    // Not cut short by the caller's signal: it takes the grace at most, and only then it is known what ended and whether it stopped.
    const { stopped, ids, notStopped } = await firstValueFrom(task.stopped);
    letGo();
    tell(scope, [task], call);
    return {
      ok: true,
      task_id: task.id,
      status: task.status,
      cancelled: true,
      message: stopped
        ? 'The task was cancelled and has stopped.'
        : 'The task was cancelled, but its work has not stopped yet; its output no longer counts.',
      stopped,
      ended_ids: ids,
      ...notStopped.length === 0 ? {} : { not_stopped_ids: notStopped },
    };
  },
});
