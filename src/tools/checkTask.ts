import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { capText } from './answers/capText.js';
import { defineTool } from './calls/defineTool.js';
import { endingOf } from './answers/endingOf.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { tell } from './hearing/tell.js';
import { plain } from './answers/plain.js';
import { seconds } from './answers/seconds.js';
import type { Tool } from './tool.js';

const inputSchema = z.strictObject({ task_id: fields.taskId });
const outputSchema = answerOf({
  task_id: z.string(), agent: z.string(), status: z.string(), elapsed: z.number(), output_preview: z.string(), output_lines: z.number(),
  dropped_lines: z.number(), cut_lines: z.number(), seconds_since_activity: z.number(),
  steering: z.object({ queued: z.number(), delivered: z.number(), missed: z.number() }),
  summary: z.string(), reason: z.string(), truncated: z.boolean(),
});

/** Looks in on a task without waiting. */
export const checkTask = (scope: Delegator): Tool => defineTool({
  name: 'check_task',
  description: 'Looks in on a task without waiting: status, last 10 lines, seconds since it last put anything out; once it has '
    + 'ended also its summary, error or reason. Use it to decide whether to steer, wait or cancel; not in a loop to '
    + 'wait: use collect_task.',
  inputSchema,
  outputSchema,
  run: ({ task_id }, _, call) => {
    const task = findTask(scope, task_id);
    const seen = task.snapshot(10);
    if (seen.outcome !== undefined) tell(scope, [task], call);
    const preview = capText(seen.preview.join('\n'));
    const { truncated, ...told } = endingOf(seen.outcome);
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
      steering: seen.steering,
      truncated: truncated || preview.truncated ? true : undefined,
      ...told,
    });
  },
});
