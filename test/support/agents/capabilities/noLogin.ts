import { DoesNotApply } from '../../matrix/doesNotApply.js';
import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';

/** What a person can act on. */
export const ADVICE = /log ?in|logged in|API[ _]KEY|`authenticate`/i;

export const noLogin: AgentCapability = {
  id: 'no-login', title: 'says how to log in where nobody has',
  async play({ agent, loggedOut, session }) {
    if (typeof agent.noLogin === 'string') throw new DoesNotApply(agent.noLogin);
    const { status, summary } = await outcomeOf(session.delegate(loggedOut(), { goal: GOALS.count }));
    insist(status === 'failed', `${status}: ${summary}`);
    insist(ADVICE.test(summary), `It failed without saying what to do: ${summary}`);
    return undefined;
  },
};
