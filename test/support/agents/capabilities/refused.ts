import { existsSync } from 'node:fs';
import { DoesNotApply } from '../../matrix/doesNotApply.js';
import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';

/** With `allow: []` nothing is done that was not asked for, and what was refused is said. */
export const refused = (what: 'edit' | 'run', title: string): AgentCapability => ({
  id: `refused-${what}`, title,
  async play({ acp, agent, session, file, begun, use }) {
    if (what === 'edit' && typeof agent.edit === 'string') throw new DoesNotApply(agent.edit);
    use({ file });
    const { status, summary, printed } = await outcomeOf(session.delegate(await acp({ allow: [] }), { goal: GOALS[what] }));
    insist(!existsSync(what === 'edit' ? file : begun), 'It was done without leave.');
    insist(printed.includes('permission refused'), `It was not done, and nothing says that leave was refused. ${status}: ${summary}`);
    insist(!summary.includes('nothing here had asked for that'), `Its end is told wrongly: ${summary}`);
    return status === 'completed' ? undefined : `The refusal ends the task: ${summary}`;
  },
});
