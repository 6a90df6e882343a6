import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import { answerOf } from './answers/answerOf.js';
import { mediaOf, withMedia } from './answers/media/mediaOf.js';
import { collected, collectedFields } from './collected.js';
import { defineTool } from './calls/defineTool.js';
import { budgetSchema } from './calls/budgetOf.js';
import { fields, timeoutWithin } from './calls/fields.js';
import { not, said, type Offer } from './calls/offer.js';
import { readInput } from './calls/readInput.js';
import type { Roster } from './calls/roster.js';
import { JOINED, startTask } from './calls/startTask.js';
import type { Tool } from './tool.js';

const own = z.looseObject({ timeout: fields.timeout });
const outputSchema = answerOf({
  ...collectedFields, agent: z.string(), count: z.number(), limit: z.number(), granted: fields.granted, budget: budgetSchema,
});

/** Starts an agent and waits for its result: the blocking one. */
export const delegateTask = (scope: Delegator, offer: Offer, roster: Roster): Tool => defineTool({
  name: 'delegate_task',
  description: `${said(
    'Starts an agent and waits for its result. Use it for what you need before your next step.',
    not('for work beside yours, or several pieces', offer, 'delegate_task_async'),
    'When the timeout (seconds) runs out the task goes on',
  )}${offer.isTold ? ', and you will be told of its end.' : offer.has('collect_task') ? ': collect_task.' : '.'}`
    + `\nAgents:\n${roster.description}`,
  inputSchema: z.strictObject({ ...roster.shape, timeout: timeoutWithin(offer.maxWait) }),
  outputSchema,
  read: (input) => {
    const { timeout, ...rest } = readInput(own, input);
    return { timeout, tool: 'delegate_task' as const, input, choice: roster.choose(rest) };
  },
  run: async ({ timeout, ...asked }, call) => {
    const { task, isJoined, given } = startTask(scope, asked, call);
    const answer = await collected(scope, task, offer, call, timeout);
    const message = said(isJoined && JOINED, answer['message'] as string | undefined);
    return withMedia({ ...answer, ...message === '' ? {} : { message }, agent: asked.choice.name, ...given }, mediaOf(answer));
  },
});
