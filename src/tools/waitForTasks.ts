import { filter, firstValueFrom, map } from 'rxjs';
import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { describeValue } from '../core/describeValue.js';
import { CollectTimeoutError } from '../core/errors.js';
import { isOutcome } from '../core/events.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { completionSchema } from './answers/completion.js';
import { digestOf } from './answers/digestOf.js';
import { defineTool } from './calls/defineTool.js';
import { timeoutWithin } from './calls/fields.js';
import { findTask } from './calls/findTask.js';
import { hearingOf } from './hearing/hearingOf.js';
import { holdBack } from './hearing/holdBack.js';
import { tell } from './hearing/tell.js';
import { not, said, type Offer } from './calls/offer.js';
import { plain } from './answers/plain.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { Tool } from './tool.js';

/** Characters of one answer, shared among those that ended, and of the summary of one. */
const MAX_TEXT = 24_000;

/** Ids that one call may name, and that one answer does. */
const MOST = 100;

const badIds = ({ input }: { readonly input?: unknown }): string =>
  `Expected \`task_ids\` to be a list of 1 to ${MOST} ids, got ${Array.isArray(input) ? input.length : describeValue(input)}.`;

const inputSchemaOf = (maxWait: number) => z.strictObject({
  task_ids: z.array(z.string(), { error: badIds })
    .refine(({ length }) => length > 0 && length <= MOST, { error: badIds })
    .optional()
    .describe('Default: all that run or that you have not read.'),
  until: z.enum(['any', 'all']).optional().describe('How many must have ended. Default any.'),
  timeout: timeoutWithin(maxWait),
});
const outputSchema = answerOf({
  ended: z.array(completionSchema), ended_more: z.number(), running: z.array(z.string()),
  running_more: z.number(), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), message: z.string(),
});

/** Waits for the first or for all of several tasks, and answers with what came of those that have ended. */
export const waitForTasks = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'wait_for_tasks',
  description: said(
    'Waits until one or all of several tasks have ended, at most timeout (seconds), and tells how. Use it when you can do nothing before '
    + 'that.',
    not('for the output of one task', offer, 'collect_task'),
  ),
  inputSchema: inputSchemaOf(offer.maxWait),
  outputSchema,
  run: async ({ task_ids: ids, until = 'any', timeout: asked }, call) => {
    const { signal, maxWait } = call;
    const tasks = ids === undefined ? openTasks(scope) : [...new Set(ids)].map((id) => findTask(scope, id, offer));
    const { timeout, shortened } = timeoutOf(asked, offer.maxWait, maxWait);
    // Counted down: at each of a thousand endings nobody looks at a thousand tasks.
    const open = new Set(tasks.filter((task) => !hasEnded(task)).map(({ id }) => id));
    const enough = (id?: string): boolean => {
      if (id !== undefined) open.delete(id);
      return open.size === 0 || (until === 'any' && open.size < tasks.length);
    };
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
    const running = tasks.filter((task) => !hasEnded(task)).map(({ id }) => id);
    const others = more > 0 ? `${more} more have ended: call wait_for_tasks again.` : undefined;
    return plain({
      ok: true,
      ended: completions,
      ended_more: more > 0 ? more : undefined,
      running: running.slice(0, MOST),
      running_more: running.length > MOST ? running.length - MOST : undefined,
      timeout,
      timed_out: waited === 'timed_out',
      aborted: waited === 'aborted' ? true : undefined,
      message: said(waited === 'timed_out' && shortened, none, others) || undefined,
    });
  },
});

const hasEnded = (task: Task): boolean => task.outcome !== undefined;

/** What this scope itself started and has not read the end of, nor is being told of it at this moment. */
function openTasks(scope: Delegator): readonly Task[] {
  const unheard = new Set(scope.unheard());
  const own = scope.tasks();
  // What a child has started is that child's to hear of.
  const ids = new Set(own.map(({ id }) => id));
  const hearing = hearingOf(scope);
  const isOwn = ({ parentId }: Task): boolean => parentId === undefined || !ids.has(parentId);
  return own.filter((task) => hasEnded(task) ? unheard.has(task) && !hearing.isInHand(task) : isOwn(task));
}

/** By the scope's stream and not by the tasks' own: watching those would count as having heard. */
async function wait(
  scope: Delegator, enough: (id?: string) => boolean, timeout: number, signal: AbortSignal | undefined,
): Promise<'ended' | 'timed_out' | 'aborted'> {
  if (enough()) return 'ended';
  if (signal?.aborted === true) return 'aborted';
  if (timeout === 0) return 'timed_out';
  const ends = scope.events.pipe(filter(isOutcome), map(({ taskId }) => enough(taskId)), filter(Boolean));
  const limited = ends.pipe(within(timeout * 1_000));
  try {
    await firstValueFrom(signal === undefined ? limited : limited.pipe(untilAborted(signal)), { defaultValue: true });
    return 'ended';
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
