import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import type { Task } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { defineTool } from './calls/defineTool.js';
import { goalOf } from './answers/goalOf.js';
import { plain } from './answers/plain.js';
import { room } from './answers/room.js';
import { seconds } from './answers/seconds.js';
import { waitingOf, waitingSchema } from './answers/waitingOf.js';
import { not, said, type Offer } from './calls/offer.js';
import type { Tool } from './tool.js';

/** Characters of a goal that a list shows. */
const GOAL = 60;

/** Characters of what one waits for, and ids of what it asks. */
const WAITING = 100;
const MOST_QUESTIONS = 10;

/** UTF-8 bytes of a list's entries at most: some 4 000 tokens, in any script. */
const MAX_BYTES = 12_000;

/** Whatever they are, an entry has at least so many. */
const LEAST_BYTES = 90;

const inputSchema = z.strictObject({}).optional();
const outputSchema = answerOf({
  tasks: z.array(z.object({
    task_id: z.string(), agent: z.string(), goal: z.string(), status: z.string(), elapsed: z.number(), output_lines: z.number(),
    waiting_for: waitingSchema.optional(), questions: z.array(z.string()).optional(), parent_id: z.string().optional(),
  })),
  total: z.number(), left_out: z.number(), running: z.number(), limit: z.number(),
});

/** Lists the tasks of a scope. */
export const listTasks = (scope: Delegator, offer: Offer): Tool => defineTool({
  name: 'list_tasks',
  description: said(
    'Lists your tasks with id, agent, goal and status, oldest first. Use it when you have lost track or an id.',
    not('for results', offer, 'collect_task'),
  ),
  inputSchema,
  outputSchema,
  run: () => {
    const all = scope.tasks();
    const tasks = entriesOf(all);
    return plain({
      ok: true,
      tasks,
      total: all.length,
      left_out: tasks.length < all.length ? all.length - tasks.length : undefined,
      ...room(scope),
    });
  },
});

type Entry = Readonly<Record<string, unknown>>;

/** As many as there is room for, those that live and then the newest first; in the order of their start. */
function entriesOf(all: readonly Task[]): readonly Entry[] {
  const most = Math.ceil(MAX_BYTES / LEAST_BYTES);
  const live = all.filter(({ outcome }) => outcome === undefined).slice(-most);
  const ended = all.filter(({ outcome }) => outcome !== undefined).slice(-most);
  const entries = new Map<Task, Entry>();
  const bytes = new TextEncoder();
  let left = MAX_BYTES;
  for (const task of [...live.reverse(), ...ended.reverse()]) {
    const entry = entryOf(task);
    left -= bytes.encode(JSON.stringify(entry)).length;
    if (left < 0 && entries.size > 0) break;
    entries.set(task, entry);
  }
  return all.filter((task) => entries.has(task)).map((task) => entries.get(task)!);
}

function entryOf(task: Task): Entry {
  const seen = task.snapshot(0);
  const { taskId, agent, goal, status, elapsed, windowLines, parentId } = seen;
  return plain({
    task_id: taskId,
    agent,
    goal: goalOf(goal, GOAL),
    status,
    elapsed: seconds(elapsed),
    output_lines: windowLines,
    waiting_for: waitingOf(seen, WAITING),
    questions: task.questions.length === 0 ? undefined : task.questions.slice(0, MOST_QUESTIONS).map(({ id }) => id),
    parent_id: parentId,
  });
}
