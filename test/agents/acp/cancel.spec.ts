import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, run, type Session, type Task } from '../../../src/index.js';
import type { AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, journalOf, type Order, type Script } from '../../support/acp/actor.js';
import { isAlive } from '../../support/acp/pids.js';
import { temporary } from '../../support/acp/temporary.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
let count = 0;
beforeEach(() => { session = createSession({ cancelGrace: 90_000 }); });
afterEach(async () => { await session.close(); });

/** So long that whoever waits for it is not `soon`, however slow the machine is. */
const PATIENT = { cancelGrace: 60_000, grace: 60_000 };
const SOON = 30_000;

/** A task in mid-turn, the pid of its program, and what that notes. */
async function atWork(script: Script, options: Partial<AcpOptions> = {}, orders: readonly Order[] = [{ forever: true }]) {
  const journal = file(`journal-${++count}`);
  const task = session.delegate(actor({ turns: [[{ say: 'working\n' }, ...orders]], journal, ...script }, options), { goal: 'act' });
  await until(() => task.snapshot().preview.includes('working'));
  return { task, journal, pid: await pidOf(journal) };
}

const pidOf = async (journal: string): Promise<number> => Number((await journalOf(journal))[0]?.slice('pid '.length));

/** Milliseconds from the cancel until the task says that it has stopped. */
async function stopping(task: Task): Promise<number> {
  const at = performance.now();
  expect(task.cancel('enough')).toBe(true);
  expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  return performance.now() - at;
}

describe('cancelling an ACP agent', () => {
  it('should send session/cancel, wait for the answer, and leave no process', async () => {
    const { task, journal, pid } = await atWork({}, PATIENT);
    expect(await isAlive(pid)).toBe(true);
    expect(await stopping(task)).toBeLessThan(SOON);
    expect(await isAlive(pid)).toBe(false);
    expect(await journalOf(journal)).toContain('cancel');
    expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
  });

  it('should end the program by TERM where there is no answer in time', async () => {
    const { task, journal, pid } = await atWork({ ignoreCancel: true }, { ...PATIENT, cancelGrace: 200 });
    const took = await stopping(task);
    expect(took).toBeGreaterThan(190);
    expect(took).toBeLessThan(SOON);
    expect(await isAlive(pid)).toBe(false);
    expect(await journalOf(journal)).toContain('cancel');
  });

  it('should end within the grace what ignores everything', async () => {
    const { task, journal, pid } = await atWork({ ignoreCancel: true, ignoreTerm: true }, { cancelGrace: 2_000, grace: 2_100 });
    const took = await stopping(task);
    expect(took).toBeGreaterThan(2_090);
    // Not both, one after the other.
    expect(took).toBeLessThan(4_000);
    expect(await isAlive(pid)).toBe(false);
    expect(await journalOf(journal)).toEqual(expect.arrayContaining(['cancel', 'TERM']));
  });

  it('should not wait for an answer that the end of the program brings', async () => {
    const { task, pid } = await atWork({}, PATIENT);
    process.kill(pid, 'SIGSTOP');
    setTimeout(() => process.kill(pid, 'SIGKILL'), 100);
    expect(await stopping(task)).toBeLessThan(SOON);
  });

  it.each(['permit', 'permitLate'])('should answer permission requests as cancelled that are open or still come (%s)', async (order) => {
    const toolCall = { toolCallId: '1', title: 'rm -r /', kind: 'execute' };
    const { task, journal, pid } = await atWork({}, { permissions: () => new Promise(() => undefined) }, [
      { [order]: { toolCall, options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }] } },
    ]);
    await stopping(task);
    expect(await journalOf(journal)).toEqual(expect.arrayContaining(['cancel', 'permission {"outcome":"cancelled"}']));
    expect(await isAlive(pid)).toBe(false);
  });

  it.each(['initialize', 'session/new'])('should stop at once what waits for %s', async (step) => {
    const journal = file(`journal-${++count}`);
    const task = session.delegate(actor({ never: step, journal }, PATIENT), { goal: 'act' });
    await until(async () => (await journalOf(journal)).length >= (step === 'initialize' ? 2 : 3));
    expect(await stopping(task)).toBeLessThan(SOON);
    expect(await isAlive(await pidOf(journal))).toBe(false);
  });

  it('should leave no process after success, after a failure, and after a run() that was left', async () => {
    for (const last of [{ say: 'done' }, { fail: { code: -32603, message: 'no' } }]) {
      const { task, pid } = await atWork({}, {}, [last]);
      await collect(task).catch(() => undefined);
      await firstValueFrom(task.stopped);
      expect(await isAlive(pid)).toBe(false);
    }
    const journal = file(`journal-${++count}`);
    const subscription = run(actor({ turns: [[{ say: 'x' }, { forever: true }]], journal }), { goal: 'act' }).subscribe();
    await until(async () => (await journalOf(journal)).some((each) => each.startsWith('prompt')));
    subscription.unsubscribe();
    await until(async () => !await isAlive(await pidOf(journal)));
    expect(await journalOf(journal)).toContain('cancel');
  });
});
