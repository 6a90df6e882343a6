import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { CollectTimeoutError } from '../core/errors.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { capText } from './answers/capText.js';
import { endingOf } from './answers/endingOf.js';
import { plain } from './answers/plain.js';
import { seconds } from './answers/seconds.js';
import { tell, type Call } from './hearing/tell.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { ToolAnswer } from './tool.js';

/** What a collect answers with. */
export const collectedFields = {
  task_id: z.string(), status: z.string(), message: z.string(), elapsed: z.number(), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), output: z.string(), summary: z.string(), reason: z.string(), output_lines: z.number(), dropped_lines: z.number(),
  truncated: z.boolean(), ended_ids: z.array(z.string()),
};

/** Waits for a task's end, at most `asked` seconds, and answers with what there is. Running out of time touches nothing. */
export async function collected(scope: Delegator, task: Task, asked: number | undefined, call: Call): Promise<ToolAnswer> {
  const { timeout, lowered } = timeoutOf(asked);
  const waited = await wait(task, timeout, call.signal);
  const { status, elapsed, preview, windowLines, droppedLines, cutLines, outcome: end } = task.snapshot(Infinity);
  if (end !== undefined) tell(scope, [task], call);
  const output = capText(preview.join('\n'));
  const { truncated, ...told } = endingOf(end);
  const goesOn = end === undefined ? 'The task goes on; collect it again, or check, steer or cancel it.' : undefined;
  return plain({
    ok: true,
    task_id: task.id,
    status,
    message: [lowered, goesOn].filter((part) => part !== undefined).join(' ') || undefined,
    elapsed: seconds(elapsed),
    timeout,
    timed_out: waited === 'timed_out' && end === undefined,
    aborted: waited === 'aborted' && end === undefined ? true : undefined,
    output: output.text,
    output_lines: windowLines,
    dropped_lines: droppedLines,
    truncated: truncated || output.truncated || cutLines > 0,
    ended_ids: task.endedIds.length > 1 ? task.endedIds : undefined,
    ...told,
  });
}

async function wait(task: Task, timeout: number, signal: AbortSignal | undefined): Promise<'ended' | 'timed_out' | 'aborted'> {
  if (task.snapshot(0).outcome === undefined) {
    if (signal?.aborted === true) return 'aborted';
    if (timeout === 0) return 'timed_out';
  }
  try {
    // Not by its events: being given the outcome would count as having heard of it.
    const ends = task.ended.pipe(within(timeout * 1_000));
    await firstValueFrom(signal === undefined ? ends : ends.pipe(untilAborted(signal)));
    return 'ended';
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
