import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';
import { printed } from '../printed.js';

/** Tells it a word, and asks for that in a second task of the same conversation. */
const followUp = (id: string, title: string, keepAlive: number | undefined): AgentCapability => ({
  id, title,
  async play({ acp, agent, session }) {
    const speaker = await acp({ keepAlive });
    const first = session.delegate(speaker, { goal: GOALS.remember });
    const { status, summary } = await outcomeOf(first);
    insist(status === 'completed', `The first task: ${status}: ${summary}`);
    if (keepAlive === undefined) await agent.settle?.();
    const second = await outcomeOf(session.delegate(speaker, { goal: GOALS.recall, session: first.id }));
    insist(second.status === 'completed' && second.summary === 'swordfish', `The follow-up: ${second.status}: ${second.summary}`);
    return undefined;
  },
});

export const followUpAlive = followUp('follow-up-alive', 'goes on in a follow-up, in the same process (`keepAlive`)', 120_000);
export const followUpAnew = followUp('follow-up', 'goes on in a follow-up, in a new process', undefined);

/** The same, where the first was cancelled before its model had answered. */
const afterCancel = (id: string, title: string, keepAlive: number | undefined): AgentCapability => ({
  id, title,
  async play({ acp, agent, model, session, answer }) {
    const speaker = await acp({ keepAlive });
    answer({ say: ['waiting\n', 'still waiting\n'], pace: 50, then: 'hang' });
    const first = session.delegate(speaker, { goal: GOALS.remember });
    await printed(first, 'waiting');
    first.cancel('enough');
    await outcomeOf(first);
    if (keepAlive === undefined) await agent.settle?.();
    const before = model.visits.length;
    answer(undefined);
    const { status, summary } = await outcomeOf(session.delegate(speaker, { goal: GOALS.recall, session: first.id }));
    const asked = model.visits.slice(before);
    const shown = asked.length === 0 ? 'not asked' : JSON.stringify(asked).includes('swordfish') ? 'shown the word' : 'not shown the word';
    insist(status === 'completed' && summary === 'swordfish', `Its model was ${shown}. ${status}: ${summary}`);
    return undefined;
  },
});

export const followUpAfterCancelAlive = afterCancel(
  'follow-up-cancelled-alive', 'knows in a follow-up, in the same process, what a cancelled task was about', 120_000,
);
export const followUpAfterCancel = afterCancel(
  'follow-up-cancelled', 'knows in a follow-up, in a new process, what a cancelled task was about', undefined,
);
