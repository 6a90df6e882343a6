import { filter, firstValueFrom, map } from 'rxjs';
import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { CollectTimeoutError } from '../core/errors.js';
import { isOutcome } from '../core/events.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { completionSchema } from './answers/completion.js';
import { digestOf } from './answers/digestOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { hearingOf } from './hearing/hearingOf.js';
import { holdBack } from './hearing/holdBack.js';
import { tell } from './hearing/tell.js';
import { plain } from './answers/plain.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { Tool } from './tool.js';

/** Characters of one answer, shared among those that ended, and of the summary of one. */
const MAX_TEXT = 24_000;

const inputSchema = z.strictObject({
  task_ids: z.array(fields.taskId).min(1).max(100).optional()
    .describe('Default: all of yours that run, or whose end you have not read.'),
  until: z.enum(['any', 'all']).optional().describe('How many must have ended. Default any.'),
  timeout: fields.timeout,
});
const outputSchema = answerOf({
  ended: z.array(completionSchema), ended_more: z.number(), running: z.array(z.string()), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), message: z.string(),
});

/** Waits for the first or for all of several tasks, and answers with what came of those that have ended. */
export const waitForTasks = (scope: Delegator): Tool => defineTool({
  name: 'wait_for_tasks',
  description: 'Waits until one or all of several tasks have ended, at most timeout (seconds), and answers with what came of them. Use '
    + 'it when you can do nothing more before that; not for the output of one task: use collect_task.',
  inputSchema,
  outputSchema,
  run: async ({ task_ids: ids, until = 'any', timeout: asked }, signal, call) => {
    const tasks = ids === undefined ? openTasks(scope) : [...new Set(ids)].map((id) => findTask(scope, id));
    const { timeout, lowered } = timeoutOf(asked);
    const enough = (): boolean => tasks.length === 0 || tasks[until === 'any' ? 'some' : 'every'](hasEnded);
    // What it waits for is this answer's to tell.
    const letGo = holdBack(scope, tasks, timeout * 1_000 + 1_000);
    const waited = await wait(scope, enough, timeout, signal);
    letGo();
    // Who has gone is told nothing, so that nothing counts as told.
    const ended = waited === 'aborted' ? [] : tasks.filter(hasEnded);
    const { completions, more } = digestOf(ended, { maxText: MAX_TEXT, budget: MAX_TEXT });
    const told = new Set(completions.map(({ task_id }) => task_id));
    tell(scope, ended.filter(({ id }) => told.has(id)), call);
    const none = tasks.length === 0 ? 'There is nothing to wait for: no task of yours runs, and you have read the ends of all.' : undefined;
    const others = more > 0 ? `${more} more have ended: call wait_for_tasks again.` : undefined;
    return plain({
      ok: true,
      ended: completions,
      ended_more: more > 0 ? more : undefined,
      running: tasks.filter((task) => !hasEnded(task)).map(({ id }) => id),
      timeout,
      timed_out: waited === 'timed_out',
      aborted: waited === 'aborted' ? true : undefined,
      message: [lowered, none, others].filter((part) => part !== undefined).join(' ') || undefined,
    });
  },
});

const hasEnded = (task: Task): boolean => task.snapshot(0).outcome !== undefined;

/** What this scope itself started and has not read the end of, nor is being told of it at this moment. */
function openTasks(scope: Delegator): readonly Task[] {
  const unheard = new Set(scope.unheard());
  const own = scope.list().map(({ taskId }) => scope.get(taskId)).filter((task) => task !== undefined);
  // What a child has started is that child's to hear of.
  const ids = new Set(own.map(({ id }) => id));
  const hearing = hearingOf(scope);
  const isOwn = ({ parentId }: Task): boolean => parentId === undefined || !ids.has(parentId);
  return own.filter((task) => hasEnded(task) ? unheard.has(task) && !hearing.isInHand(task) : isOwn(task));
}

/** By the scope's stream and not by the tasks' own: watching those would count as having heard. */
async function wait(
  scope: Delegator, enough: () => boolean, timeout: number, signal: AbortSignal | undefined,
): Promise<'ended' | 'timed_out' | 'aborted'> {
  if (enough()) return 'ended';
  if (signal?.aborted === true) return 'aborted';
  if (timeout === 0) return 'timed_out';
  const ends = scope.events.pipe(filter(isOutcome), map(enough), filter(Boolean));
  const limited = ends.pipe(within(timeout * 1_000));
  try {
    await firstValueFrom(signal === undefined ? limited : limited.pipe(untilAborted(signal)), { defaultValue: true });
    return 'ended';
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
