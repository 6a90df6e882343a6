import { existsSync, readFileSync } from 'node:fs';
import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';

export const allowed: AgentCapability = {
  id: 'allowed', title: 'edits and runs what `allow` names',
  async play({ acp, agent, session, file, begun, use }) {
    const doer = await acp({ allow: ['read', 'edit', 'execute'] });
    if (typeof agent.edit !== 'string') {
      use({ file });
      const edited = await outcomeOf(session.delegate(doer, { goal: GOALS.edit }));
      const wasMade = existsSync(file) && readFileSync(file, 'utf8').startsWith('written');
      insist(wasMade, `The edit was not made. ${edited.status}: ${edited.printed}`);
      insist(edited.status === 'completed', `After the edit: ${edited.status}: ${edited.summary}`);
    }
    const ran = await outcomeOf(session.delegate(doer, { goal: GOALS.run }));
    insist(existsSync(begun), `The command was not run. ${ran.status}: ${ran.printed}`);
    insist(ran.status === 'completed' && ran.summary.endsWith('that was the command'), `After the command: ${ran.status}: ${ran.summary}`);
    return undefined;
  },
};
