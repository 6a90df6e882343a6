import { chmod, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { acp } from '../../../src/agents/acp/index.js';
import { createSession, outcome, type Session, type Task } from '../../../src/index.js';
import { ACTOR, journalOf } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { isAlive } from '../../support/processes/isAlive.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
beforeEach(() => { session = createSession({ cancelGrace: 90_000 }); });
afterEach(async () => { await session.close(); });

/** An agent in mid-turn whose shell has a session and an environment of its own, as the tools of real ones have. */
async function atWork(name: string): Promise<{ readonly task: Task; readonly agent: number; readonly shell: number }> {
  const [journal, shellFile] = [file(`journal-${name}`), file(`shell-${name}`)];
  const script = JSON.stringify({ turns: [[{ say: 'working\n' }, { forever: true }]], journal });
  const wrapped = 'trap "" HUP; env -i setsid sleep 600 & echo $! > "$1"; shift; exec "$@"';
  const agent = acp({ command: 'sh', args: ['-c', wrapped, 'agent', shellFile, process.execPath, ACTOR, script] });
  const task = session.delegate(agent, { goal: 'act' });
  await until(() => task.snapshot().preview.includes('working'));
  const [shell, pid] = [Number(await readFile(shellFile, 'utf8')), Number((await journalOf(journal))[0]?.slice('pid '.length))];
  expect([shell, pid].filter(isAlive)).toHaveLength(2);
  return { task, agent: pid, shell };
}

describe('what an ACP agent has started in sessions of its own', () => {
  it('should be gone with it when the task is cancelled', async () => {
    const { task, agent, shell } = await atWork('cancel');
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect([agent, shell].filter(isAlive)).toEqual([]);
  });

  it.each(['SIGKILL', 'SIGTERM'])('should be gone where the agent went before it by %s', async (signal) => {
    const { task, agent, shell } = await atWork(signal);
    process.kill(agent, signal);
    expect(await firstValueFrom(task.events.pipe(outcome()))).toMatchObject({ type: 'failed', error: { code: 'agent_error' } });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(isAlive(shell)).toBe(false);
  });
});

describe('an ACP agent that cannot be started', () => {
  it('should be not_started, with what to do, where its interpreter is missing', async () => {
    const script = file('agent');
    await writeFile(script, '#!/no/such/node\n');
    await chmod(script, 0o755);
    expect(await firstValueFrom(session.delegate(acp({ command: script }), { goal: 'act' }).events.pipe(outcome()))).toMatchObject({
      error: { code: 'not_started', message: expect.stringMatching(/^Could not start `.*`: its interpreter .* is not there\. Install it/) },
    });
  });
});
