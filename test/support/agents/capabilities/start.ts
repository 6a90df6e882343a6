import { insist } from '../../matrix/insist.js';
import type { AgentCapability } from '../capability.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';
import { printed } from '../printed.js';

export const start: AgentCapability = {
  id: 'start', title: 'starts, streams line by line, ends with its answer',
  async play({ acp, session }) {
    const task = session.delegate(await acp(), { goal: GOALS.count });
    await printed(task, 'one');
    insist(task.status === 'running', 'Its first line came with its end.');
    const { status, summary } = await outcomeOf(task);
    insist(status === 'completed' && summary === 'one\ntwo\nthree\ncounted', `${status}: ${summary}`);
    return undefined;
  },
};
