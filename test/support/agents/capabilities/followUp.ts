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

export const followUpAfterCancel: AgentCapability = {
  id: 'follow-up-cancelled', title: 'knows in a follow-up what a cancelled task was about',
  async play({ acp, agent, model, session, answer }) {
    const speaker = await acp();
    answer({ say: ['waiting\n', 'still waiting\n'], pace: 50, then: 'hang' });
    const first = session.delegate(speaker, { goal: GOALS.remember });
    await printed(first, 'waiting');
    first.cancel('enough');
    await outcomeOf(first);
    await agent.settle?.();
    answer(undefined);
    const { status, summary } = await outcomeOf(session.delegate(speaker, { goal: GOALS.recall, session: first.id }));
    const shown = JSON.stringify(model.visits.at(-1)?.messages ?? []).includes('swordfish');
    insist(status === 'completed' && summary === 'swordfish', `Its model was ${shown ? '' : 'not '}shown the word. ${status}: ${summary}`);
    return undefined;
  },
};
