import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPermissionDesk } from '../../../../src/agents/acp/index.js';
import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';

export const byHand: AgentCapability = {
  id: 'by-hand', title: 'asks a person, and waits for the answer',
  async play({ acp, session, begun }) {
    const desk = createPermissionDesk();
    const asked: string[] = [];
    const watching = desk.pending.subscribe((waiting) => {
      for (const each of waiting) {
        if (asked.length === 0) insist(!existsSync(begun), 'It was done before it was asked for.');
        asked.push(`${each.kind}: ${each.title}`);
        void sleep(1_500).then(() => each.answer('allow_once'));
      }
    });
    const { status, summary } = await outcomeOf(session.delegate(await acp({ permissions: desk.ask }), { goal: GOALS.run }));
    watching.unsubscribe();
    insist(asked.length > 0, `Nobody was asked. ${status}: ${summary}`);
    insist(existsSync(begun), `It was allowed, and not done. ${status}: ${summary}`);
    insist(status === 'completed', `It was allowed and done. ${status}: ${summary}`);
    return undefined;
  },
};
