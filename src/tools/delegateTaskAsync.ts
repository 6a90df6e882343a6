import * as z from 'zod';
import type { Delegator } from '../core/agent.js';
import type { TaskStatus } from '../core/task.js';
import { answerOf } from './answers/answerOf.js';
import { withMedia } from './answers/media/mediaOf.js';
import { plain } from './answers/plain.js';
import { wholeEnding, type Whole } from './answers/wholeEnding.js';
import { defineTool } from './calls/defineTool.js';
import { budgetSchema } from './calls/budgetOf.js';
import { fields } from './calls/fields.js';
import { not, said, type Offer } from './calls/offer.js';
import { room } from './answers/room.js';
import type { Roster } from './calls/roster.js';
import { JOINED, startTask } from './calls/startTask.js';
import { tell } from './hearing/tell.js';
import type { Tool, ToolAnswer } from './tool.js';

const outputSchema = answerOf({
  task_id: z.string(), status: z.string(), message: z.string(), agent: z.string(), running: z.number(),
  limit: z.number(), count: z.number(), granted: fields.granted, budget: budgetSchema,
  summary: z.string(), result: z.unknown(), file: z.string(), partial: z.string(), reason: z.string(), truncated: z.boolean(),
});

/** Starts an agent and answers with its id at once. */
export const delegateTaskAsync = (scope: Delegator, offer: Offer, roster: Roster): Tool => defineTool({
  name: 'delegate_task_async',
  description: `${said(
    'Starts an agent in the background and answers at once with a task_id. Use it for work beside yours, also many at once.',
    not('for what you must know before your next step', offer, 'delegate_task'),
    offer.isTold && 'You will be told when it has ended, and how.',
    laterVerbs(offer),
  )}\nAgents:\n${roster.description}`,
  inputSchema: z.strictObject(roster.shape),
  outputSchema,
  read: (input) => ({ tool: 'delegate_task_async' as const, input, choice: roster.choose(input) }),
  run: (asked, call) => {
    const { task, isJoined, given } = startTask(scope, asked, call);
    const { status } = task;
    const answer = ({ told: { truncated, ...told }, media, message }: Whole): ToolAnswer => withMedia(plain({
      ok: true,
      task_id: task.id,
      status,
      message: said(isJoined && JOINED, messageOf(task.id, status, offer), message),
      agent: asked.choice.name,
      ...room(scope),
      ...given,
      ...told,
      truncated: truncated ? true : undefined,
    }), media);
    // What has ended already is told whole: nobody has to ask for it.
    const whole = wholeEnding(task, offer.spill);
    if (task.outcome !== undefined) tell(scope, [task], call);
    return whole instanceof Promise ? whole.then(answer) : answer(whole);
  },
});

/** What can be done with it in the meantime. */
function laterVerbs({ has, isTold }: Offer): string | undefined {
  const verbs = [
    has('check_task') && 'check_task to look in', has('steer_task') && 'steer_task to correct',
    !isTold && has('collect_task') && 'collect_task for the result',
  ].filter((verb) => verb !== false);
  return verbs.length === 0 ? undefined : `Then ${verbs.join(', ')}.`;
}

function messageOf(id: string, status: TaskStatus, { has, isTold }: Offer): string {
  const later = [
    has('check_task') && 'check_task looks in on it', !isTold && has('collect_task') && 'collect_task waits for its result',
    isTold && 'you will be told when it ends',
  ].filter((verb) => verb !== false);
  const goOn = ['Go on with other work', later.join(', ')].filter((part) => part !== '').join('; ');
  switch (status) {
    case 'queued': return `Task ${id} waits for a slot and starts by itself. ${goOn}.`;
    case 'running': return `Task ${id} was started. ${goOn}.`;
    default: return `Task ${id} was started and has ended already.`;
  }
}
