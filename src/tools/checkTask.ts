import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { questionsSchema } from './answers/askedOf.js';
import { questionsOf } from './questionsOf.js';
import { capText } from './answers/text/capText.js';
import { defineTool } from './calls/defineTool.js';
import { endingOf } from './answers/endingOf.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { tell } from './hearing/tell.js';
import { said, type Offer } from './calls/offer.js';
import { missedOf, missedSchema } from './answers/missedOf.js';
import { plain } from './answers/plain.js';
import { seconds } from './answers/seconds.js';
import { usageOf, usageSchema } from './answers/usageOf.js';
import { waitingOf, waitingSchema } from './answers/waitingOf.js';
import type { Tool } from './tool.js';

const inputSchema = z.strictObject({ task_id: fields.taskId });
const outputSchema = answerOf({
  task_id: z.string(), agent: z.string(), status: z.string(), elapsed: z.number(), output_preview: z.string(), output_lines: z.number(),
  dropped_lines: z.number(), cut_lines: z.number(), seconds_since_activity: z.number(),
  steering: z.object({ queued: z.number(), delivered: z.number(), missed: z.number() }),
  waiting_for: waitingSchema, questions: questionsSchema, questions_more: z.number(), summary: z.string(), result: z.unknown(),
  partial: z.string(), reason: z.string(), truncated: z.boolean(),
  missed_steering: missedSchema, usage: usageSchema,
});

/** Looks in on a task without waiting. */
export const checkTask = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'check_task',
  description: said(
    'Looks in on a task without waiting: status, last 10 lines, questions, seconds since its last output; once ended also '
    + 'summary, error or reason. Not in a loop:',
    offer.isTold ? 'you will be told when it ends.'
      : offer.has('collect_task') ? 'to wait, collect_task.' : 'that costs and changes nothing.',
  ),
  inputSchema,
  outputSchema,
  run: ({ task_id }, call) => {
    const task = findTask(scope, task_id, offer);
    const seen = task.snapshot(10);
    const questions = questionsOf(scope, offer, task);
    tell(scope, [...seen.outcome === undefined ? [] : [task], ...questions.told], call);
    const preview = capText(seen.preview.join('\n'));
    const { truncated, ...told } = endingOf(task);
    const until = seen.endedAt ?? (seen.startedAt ?? seen.createdAt) + seen.elapsed;
    return plain({
      ok: true,
      task_id: seen.taskId,
      agent: seen.agent,
      status: seen.status,
      elapsed: seconds(seen.elapsed),
      output_preview: preview.text,
      output_lines: seen.windowLines,
      dropped_lines: seen.droppedLines,
      cut_lines: seen.cutLines,
      seconds_since_activity: seconds(until - seen.lastActivityAt),
      waiting_for: waitingOf(seen),
      ...questions.fields,
      steering: seen.steering,
      missed_steering: missedOf(seen),
      usage: usageOf(seen),
      truncated: truncated || preview.truncated ? true : undefined,
      ...told,
    });
  },
});
