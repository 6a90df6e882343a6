import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { CollectTimeoutError } from '../core/errors.js';
import { outcome } from '../core/operators/outcome.js';
import { untilAborted } from '../core/operators/untilAborted.js';
import { within } from '../core/operators/within.js';
import type { Task } from '../core/task.js';
import { capText } from './answers/capText.js';
import { endingOf } from './answers/endingOf.js';
import { hear } from './answers/hear.js';
import { plain } from './answers/plain.js';
import { seconds } from './answers/seconds.js';
import { timeoutOf } from './calls/timeoutOf.js';
import type { ToolAnswer } from './tool.js';

/** What a collect answers with. */
export const collectedFields = {
  task_id: z.string(), status: z.string(), message: z.string(), elapsed: z.number(), timeout: z.number(), timed_out: z.boolean(),
  aborted: z.boolean(), output: z.string(), summary: z.string(), reason: z.string(), output_lines: z.number(), dropped_lines: z.number(),
  truncated: z.boolean(),
};

/** Waits for a task's end, at most `asked` seconds, and answers with what there is. Running out of time touches nothing. */
export async function collected(task: Task, asked: number | undefined, signal: AbortSignal | undefined): Promise<ToolAnswer> {
  const { timeout, lowered } = timeoutOf(asked);
  const waited = await wait(task, timeout, signal);
  const { status, elapsed, preview, windowLines, droppedLines, cutLines, outcome: end } = task.snapshot(Infinity);
  if (end !== undefined) hear(task);
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
    ...told,
  });
}

async function wait(task: Task, timeout: number, signal: AbortSignal | undefined): Promise<'ended' | 'timed_out' | 'aborted'> {
  if (task.snapshot(0).outcome === undefined) {
    if (signal?.aborted === true) return 'aborted';
    if (timeout === 0) return 'timed_out';
  }
  try {
    const ends = task.events.pipe(outcome(), within(timeout * 1_000));
    await firstValueFrom(signal === undefined ? ends : ends.pipe(untilAborted(signal)));
    return 'ended';
  } catch (error) {
    return error instanceof CollectTimeoutError ? 'timed_out' : 'aborted';
  }
}
