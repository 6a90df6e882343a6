import * as z from 'zod';
import type { Task } from '../../core/task.js';
import { endingOf } from './endingOf.js';
import { goalOf } from './goalOf.js';
import { missedOf, missedSchema, type MissedSteering } from './missedOf.js';
import { plain } from './plain.js';
import { seconds } from './seconds.js';
import { usageOf, usageSchema, type Usage } from './usageOf.js';

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
  /** In place of the summary, where the agent says by a schema what it answers, and that fits: the result as data. */
  readonly result?: unknown;
  /** Of a failed task: why, with its code. */
  readonly error?: string;
  readonly code?: string;
  /** Of a task that a limit has ended, or whose result its schema has refused: what there was of it, as text. */
  readonly partial?: string;
  /** Of a cancelled task. */
  readonly reason?: string;
  /** Whether any text of it was cut, which is marked, or files are named that are not there. `collect_task` has more of it. */
  readonly truncated?: true;
  /** Where others ended with it, such as what it had started: the ids of all, itself first. They are told by this, and not one by one. */
  readonly ended_ids?: readonly string[];
  /** The messages that the agent never got, where there are any. */
  readonly missed_steering?: readonly MissedSteering[];
  readonly usage?: Usage;
}

/** The schema of a completion, for the answers that have some. */
export const completionSchema = z.object({
  task_id: z.string(), agent: z.string(), goal: z.string(), status: z.string(), elapsed: z.number(), summary: z.string().optional(),
  result: z.unknown().optional(),
  error: z.string().optional(), code: z.string().optional(), partial: z.string().optional(), reason: z.string().optional(),
  truncated: z.boolean().optional(),
  ended_ids: z.array(z.string()).optional(),
  missed_steering: missedSchema.optional(), usage: usageSchema.optional(),
});

/** Characters of a goal. */
const GOAL = 200;

/** What to tell of a task that has ended. @param maxText - characters of its summary, partial result, error or reason */
export function completionOf(task: Task, maxText: number): Completion {
  const seen = task.snapshot(0);
  const { taskId, agent, goal, status, elapsed } = seen;
  const { truncated, ...told } = endingOf(task, maxText);
  return plain({
    task_id: taskId,
    agent,
    goal: goalOf(goal, GOAL),
    status: status as Completion['status'],
    elapsed: seconds(elapsed),
    ...told,
    truncated: truncated ? true : undefined,
    ended_ids: task.endedIds.length > 1 ? task.endedIds : undefined,
    missed_steering: missedOf(seen),
    usage: usageOf(seen),
  }) as unknown as Completion;
}
