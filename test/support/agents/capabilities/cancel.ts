import { existsSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import { insist } from '../../matrix/insist.js';
import { until } from '../../until.js';
import type { AgentCapability } from '../capability.js';
import { left } from '../left.js';
import { longCommand } from '../longCommand.js';
import { GOALS } from '../modelScript.js';
import { outcomeOf } from '../outcomeOf.js';
import { printed } from '../printed.js';
import type { Stage } from '../stage.js';

/** Cancels, and counts what is there when it is said to have stopped. */
async function cancelled(stage: Stage, task: ReturnType<Stage['session']['delegate']>): Promise<string> {
  const before = stage.alive().length;
  insist(before > 0, 'No process of it could be seen.');
  const began = performance.now();
  task.cancel('enough');
  const { stopped } = await firstValueFrom(task.stopped);
  const after = performance.now() - began;
  insist(stopped, `It says after ${(after / 1_000).toFixed(1)} s that it has not stopped.`);
  await left(stage, 'when it said that it has stopped', 250);
  return `${(after / 1_000).toFixed(1)} s`;
}

export const cancelHanging: AgentCapability = {
  id: 'cancel', title: 'is cancelled while its model hangs: request closed, no process left',
  async play(stage) {
    const { acp, model, session } = stage;
    const task = session.delegate(await acp(), { goal: GOALS.hang });
    await printed(task, 'waiting');
    await cancelled(stage, task);
    await until(() => model.open === 0);
    return undefined;
  },
};

export const cancelShell: AgentCapability = {
  id: 'cancel-shell', title: 'is cancelled while its shell runs: no process left',
  async play(stage) {
    const { acp, begun, session, use } = stage;
    use({ command: longCommand(begun) });
    const task = session.delegate(await acp({ allow: 'all' }), { goal: GOALS.run });
    await until(() => existsSync(begun) || task.outcome !== undefined);
    if (task.outcome !== undefined) {
      const { status, summary } = await outcomeOf(task);
      throw new Error(`It ended before its shell ran. ${status}: ${summary}`);
    }
    await cancelled(stage, task);
    return undefined;
  },
};
