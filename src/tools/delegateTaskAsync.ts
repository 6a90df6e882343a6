import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import type { TaskStatus } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { room } from './answers/room.js';
import type { Roster } from './calls/roster.js';
import { startTask } from './calls/startTask.js';
import type { Tool } from './tool.js';

const outputSchema = answerOf({
  task_id: z.string(), status: z.string(), message: z.string(), agent: z.string(), running: z.number(),
  limit: z.number(), count: z.number(), granted: fields.granted,
});

/** Starts an agent and answers with its id at once. */
export const delegateTaskAsync = (scope: Delegator, roster: Roster): Tool => defineTool({
  name: 'delegate_task_async',
  description: 'Starts an agent in the background and answers at once with a task_id, while you go on. Use it for work that can '
    + 'run beside yours, also several times in a row. Not for what you must know before your next step: use '
    + 'delegate_task. Then check_task to look in, steer_task to correct, collect_task for the '
    + `result.\nAgents:\n${roster.description}`,
  inputSchema: z.strictObject(roster.shape),
  outputSchema,
  read: (input) => roster.choose(input),
  run: (choice, signal) => {
    const { task, granted } = startTask(scope, choice, signal);
    const { taskId: id, agent, status } = task.snapshot(0);
    return { ok: true, task_id: id, status, message: messageOf(id, status), agent, ...room(scope), ...granted };
  },
});

function messageOf(id: string, status: TaskStatus): string {
  switch (status) {
    case 'queued': return `Task ${id} waits for a slot and starts by itself. Go on with other work; collect_task waits for its result.`;
    case 'running': return `Task ${id} was started. Go on with other work; check_task looks in on it, collect_task waits for its result.`;
    default: return `Task ${id} was started and has ended already. collect_task has what came of it.`;
  }
}
