import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import type { TaskSnapshot } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { cleanText } from './answers/cleanText.js';
import { defineTool } from './calls/defineTool.js';
import { headOf } from '../core/cutText.js';
import { plain } from './answers/plain.js';
import { room } from './answers/room.js';
import { seconds } from './answers/seconds.js';
import type { Tool } from './tool.js';

/** Characters of a goal that a list shows. */
const GOAL = 60;

/** Tasks that a list shows; those that live come before those that ended. */
const MOST = 200;

const inputSchema = z.strictObject({}).optional();
const outputSchema = answerOf({
  tasks: z.array(z.object({
    task_id: z.string(), agent: z.string(), goal: z.string(), status: z.string(), elapsed: z.number(), output_lines: z.number(),
    parent_id: z.string().optional(),
  })),
  total: z.number(), left_out: z.number(), running: z.number(), limit: z.number(),
});

/** Lists the tasks of a scope. */
export const listTasks = (scope: Delegator): Tool => defineTool({
  name: 'list_tasks',
  description: 'Lists your tasks with id, agent, goal and status, in the order of their start. Use it when you have lost track '
    + 'or an id; not to read results: use collect_task.',
  inputSchema,
  outputSchema,
  run: () => {
    const all = scope.list();
    const shown = choose(all);
    return plain({
      ok: true,
      tasks: shown.map(entryOf),
      total: all.length,
      left_out: shown.length < all.length ? all.length - shown.length : undefined,
      ...room(scope),
    });
  },
});

function choose(all: readonly TaskSnapshot[]): readonly TaskSnapshot[] {
  if (all.length <= MOST) return all;
  const live = all.filter(({ outcome }) => outcome === undefined).slice(-MOST);
  const ended = all.filter(({ outcome }) => outcome !== undefined).slice(live.length - MOST || all.length);
  const chosen = new Set([...live, ...ended]);
  return all.filter((one) => chosen.has(one));
}

function entryOf({ taskId, agent, goal, status, elapsed, windowLines, parentId }: TaskSnapshot): Readonly<Record<string, unknown>> {
  const words = cleanText(goal);
  return plain({
    task_id: taskId,
    agent,
    goal: words.length > GOAL ? `${headOf(words, GOAL - 1)}…` : words,
    status,
    elapsed: seconds(elapsed),
    output_lines: windowLines,
    parent_id: parentId,
  });
}
