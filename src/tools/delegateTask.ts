import { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { collected, collectedFields } from './collected.js';
import { defineTool } from './calls/defineTool.js';
import { fields } from './calls/fields.js';
import { readInput } from './calls/readInput.js';
import type { Roster } from './calls/roster.js';
import { startTask } from './calls/startTask.js';
import type { Tool } from './tool.js';

const own = z.looseObject({ timeout: fields.timeout });
const outputSchema = answerOf({ ...collectedFields, agent: z.string(), count: z.number(), limit: z.number(), granted: fields.granted });

/** Starts an agent and waits for its result: the blocking one. */
export const delegateTask = (scope: Delegator, roster: Roster): Tool => defineTool({
  name: 'delegate_task',
  description: 'Starts an agent and waits for its result. Use it for one piece of work that you need before your next step; for '
    + 'work beside yours, or several pieces, use delegate_task_async. When the timeout (seconds) runs out the task '
    + `goes on: collect_task with its task_id.\nAgents:\n${roster.description}`,
  inputSchema: z.strictObject({ ...roster.shape, timeout: fields.timeout }),
  outputSchema,
  read: (input) => {
    const { timeout, ...rest } = readInput(own, input);
    return { timeout, choice: roster.choose(rest) };
  },
  run: async ({ timeout, choice }, signal, call) => {
    const { task, granted } = startTask(scope, choice, signal);
    return { ...await collected(scope, task, timeout, call), agent: choice.name, ...granted };
  },
});
