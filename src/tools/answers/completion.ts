import { z } from 'zod';
import type { Task } from '../../core/task.js';
import { capText } from './capText.js';
import { cleanText } from './cleanText.js';
import { endingOf } from './endingOf.js';
import { headOf } from '../../core/cutText.js';
import { plain } from './plain.js';
import { seconds } from './seconds.js';

/** That a task has ended, and how: plain JSON data that needs nothing else to be understood. */
export interface Completion {
  readonly task_id: string;
  readonly agent: string;
  readonly goal: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
  /** Seconds. */
  readonly elapsed: number;
  /** Of a completed task: its result as text. */
  readonly summary?: string;
  /** Of a failed task: why, with its code. */
  readonly error?: string;
  readonly code?: string;
  /** Of a cancelled task. */
  readonly reason?: string;
  /** Whether any text of it was cut; the cut is marked. `collect_task` has more of it. */
  readonly truncated?: true;
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number; readonly cost_usd?: number };
}

/** The schema of a completion, for the answers that have some. */
export const completionSchema = z.object({
  task_id: z.string(), agent: z.string(), goal: z.string(), status: z.string(), elapsed: z.number(), summary: z.string().optional(),
  error: z.string().optional(), code: z.string().optional(), reason: z.string().optional(), truncated: z.boolean().optional(),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number(), cost_usd: z.number().optional() }).optional(),
});

/** Characters of a goal. */
const GOAL = 200;

/** What to tell of a task that has ended. @param maxText - characters of its summary, error or reason */
export function completionOf(task: Task, maxText: number): Completion {
  const { taskId, agent, goal, status, elapsed, usage, outcome } = task.snapshot(0);
  const { truncated, ...told } = endingOf(outcome);
  const { code, ...words } = told;
  const texts = Object.entries(words).map(([field, text]) => [field, capText(text, maxText)] as const);
  const cost = usage?.costUsd === undefined ? {} : { cost_usd: usage.costUsd };
  const asked = cleanText(goal);
  return plain({
    task_id: taskId,
    agent,
    goal: asked.length > GOAL ? `${headOf(asked, GOAL - 1)}…` : asked,
    status: status as Completion['status'],
    elapsed: seconds(elapsed),
    ...Object.fromEntries(texts.map(([field, { text }]) => [field, text])),
    code,
    truncated: truncated || texts.some(([, cut]) => cut.truncated) ? true : undefined,
    usage: usage === undefined ? undefined : { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens, ...cost },
  }) as unknown as Completion;
}
