import { firstValueFrom } from 'rxjs';
import { insist } from '../../matrix/insist.js';
import { wordsOf } from '../../modelServer/wordsOf.js';
import type { AgentCapability } from '../capability.js';
import { GOALS, LEFT, RIGHT } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';
import { printed } from '../printed.js';
import type { Stage } from '../stage.js';

/** Steers in mid-run, and looks at what the model was asked with last. */
async function steerWith({ acp, model, session }: Stage, ...messages: readonly string[]): Promise<string | undefined> {
  const task = session.delegate(await acp({ allow: ['read', 'execute'] }), { goal: GOALS.whale });
  await printed(task, 'step 2');
  const receipts = messages.map((message) => task.steer(message));
  const { status, summary } = await outcomeOf(task);
  const settled = await Promise.all(receipts.map((receipt) => firstValueFrom(receipt.settled)));
  const asked = model.visits.filter(({ tools }) => tools.length > 0).map((visit) => visit.messages.map(wordsOf).join('\n'));
  for (const [n, message] of messages.entries()) {
    const { state } = settled[n]!;
    const wasSeen = asked.some((words) => words.includes(message));
    insist(wasSeen, `Its model never saw message ${n + 1}, whose receipt reads ${state}. ${status}: ${summary}`);
    insist(state === 'delivered', `Its model saw message ${n + 1}, and its receipt reads ${state}. ${status}: ${summary}`);
  }
  const last = asked.findLast((words) => words.includes(messages.at(-1)!))!;
  for (const words of [GOALS.whale, ...messages]) {
    insist(last.includes(words), `When its model was asked with the last message, it was not shown "${words}". ${status}: ${summary}`);
  }
  insist(status === 'completed' && summary.includes('turned as I was told'), `${status}: ${summary}`);
  return undefined;
}

export const steer: AgentCapability = {
  id: 'steer', title: 'is steered in mid-run, and its model keeps the goal',
  play: (stage) => steerWith(stage, LEFT),
};

export const twoMessages: AgentCapability = {
  id: 'two-messages', title: 'gets two messages at once, and its model sees both',
  play: (stage) => steerWith(stage, LEFT, RIGHT),
};
