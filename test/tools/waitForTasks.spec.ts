import { describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom, map, NEVER, Subject, take, toArray } from 'rxjs';
import { createSession, outcomes, type Task } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

function stage() {
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ scheduler, generateId: (name) => `${name}-${session.list().length + 1}` });
  const ends: Subject<string>[] = [];
  const start = (): Task => {
    const end = new Subject<string>();
    ends.push(end);
    return session.delegate(() => end, { goal: 'work' }, { name: 'worker' });
  };
  const end = (n: number, words?: string): void => {
    if (words === undefined) ends[n - 1]!.error(new Error('no'));
    else ends[n - 1]!.next(words);
    ends[n - 1]!.complete();
  };
  const { wait_for_tasks: wait, check_task: check } = createToolset(session, { agents: { worker: () => NEVER } });
  return { session, start, end, wait, check, advance };
}
const times = (count: number, act: () => unknown): void => { for (let n = 0; n < count; n++) act(); };
const ids = (...numbers: number[]): string[] => numbers.map((n) => `worker-${n}`);

describe('wait_for_tasks', () => {
  it('should name a hundred of those that still run, and count the others', async () => {
    const { start, wait } = stage();
    const session = createSession({ maxRunning: Infinity });
    const tools = createToolset(session, { agents: { worker: () => NEVER } });
    times(103, () => session.delegate(() => NEVER, { goal: 'work' }));
    const answer = await tools.wait_for_tasks.execute({ timeout: 0 });
    expect(answer).toMatchObject({ timed_out: true, running: expect.any(Array), running_more: 3 });
    expect(answer['running']).toHaveLength(100);
    start();
    expect(await wait.execute({ timeout: 0 })).not.toHaveProperty('running_more');
  });

  it('should answer when the first has ended, with what came of it', async () => {
    const { session, start, end, wait } = stage();
    times(3, start);
    const waiting = wait.execute({});
    end(2, 'two is done');
    expect(await waiting).toEqual({
      ok: true, timeout: 300, timed_out: false, running: ids(1, 3),
      ended: [{ task_id: 'worker-2', agent: 'worker', goal: 'work', status: 'completed', elapsed: 0, summary: 'two is done' }],
    });
    expect(session.unheard()).toEqual([]);
  });

  it('should answer when all have ended, in the order in which they were asked for', async () => {
    const { start, end, wait } = stage();
    times(3, start);
    const waiting = wait.execute({ task_ids: ids(3, 1, 3), until: 'all' });
    end(1, 'one');
    end(2, 'two');
    end(3);
    expect(await waiting).toMatchObject({
      running: [],
      ended: [{ task_id: 'worker-3', status: 'failed', error: 'no', code: 'agent_error' }, { task_id: 'worker-1', summary: 'one' }],
    });
  });

  it('should tell at once what has ended and was not read, and not again what was', async () => {
    const { start, end, wait, check } = stage();
    times(2, start);
    end(1, 'one');
    expect(await wait.execute({})).toMatchObject({ ended: [{ task_id: 'worker-1' }], running: ['worker-2'] });
    end(2, 'two');
    await check.execute({ task_id: 'worker-2' });
    const nothing = expect.stringContaining('nothing to wait for');
    expect(await wait.execute({})).toMatchObject({ ok: true, ended: [], running: [], message: nothing });
    expect(await wait.execute({ task_ids: ids(1) })).toMatchObject({ ended: [{ task_id: 'worker-1' }] });
  });

  it('should say that its time ran out, and touch nothing', async () => {
    const { session, start, end, wait, advance } = stage();
    times(2, start);
    end(1, 'one');
    const waiting = wait.execute({ until: 'all', timeout: 0.01 });
    advance(10);
    expect(await waiting).toMatchObject({
      ok: true, timed_out: true, timeout: 0.01, running: ['worker-2'], ended: [{ task_id: 'worker-1' }],
    });
    expect(await wait.execute({ task_ids: ids(2), timeout: 0 })).toMatchObject({ timed_out: true, ended: [] });
    expect(session.get('worker-2')?.snapshot().status).toBe('running');
  });

  it('should not count as told what ended while a client that has gone was waiting', async () => {
    const { session, start, end, wait } = stage();
    times(2, start);
    const controller = new AbortController();
    const waiting = wait.execute({ until: 'all' }, { abortSignal: controller.signal });
    end(1, 'one');
    controller.abort();
    expect(await waiting).toMatchObject({ ok: true, aborted: true, timed_out: false, ended: [], running: ['worker-2'] });
    expect(createInbox(session).lease()?.completions).toMatchObject([{ task_id: 'worker-1', summary: 'one' }]);
  });

  it('should refuse a timeout that is too long, and wait no longer than who calls it', async () => {
    const { start, wait, advance } = stage();
    start();
    expect(await wait.execute({ timeout: 4_000 })).toMatchObject({ ok: false, error: expect.stringContaining('Were milliseconds meant?') });
    const waiting = wait.execute({}, { maxWait: 0.01 });
    advance(10);
    expect(await waiting).toMatchObject({
      timed_out: true, timeout: 0.01, message: 'A call waits at most 0.01 seconds here; call again to wait on.',
    });
  });

  it('should look at each task once, however many end before it has enough', async () => {
    const { session, start, end, wait } = stage();
    times(16, start);
    const waiting = wait.execute({ task_ids: ids(16), until: 'all' });
    const looks = jest.spyOn(Object.getPrototypeOf(session.tasks()[0]) as Task, 'outcome', 'get');
    for (let n = 1; n < 16; n++) end(n, 'done');
    expect(looks).not.toHaveBeenCalled();
    end(16, 'done');
    looks.mockRestore();
    expect(await waiting).toMatchObject({ ended: [{ task_id: 'worker-16' }] });
  });

  it('should share its room among many summaries, and mark what it cuts', async () => {
    const { start, end, wait } = stage();
    for (let n = 1; n <= 10; n++) {
      start();
      end(n, 'x'.repeat(10_000));
    }
    const { ended } = await wait.execute({ until: 'all' }) as unknown as { ended: { summary: string; truncated: boolean }[] };
    expect(ended).toHaveLength(10);
    for (const { summary, truncated } of ended) {
      expect(summary.length).toBeLessThanOrEqual(2_400);
      expect([truncated, summary.includes('characters left out')]).toEqual([true, true]);
    }
  });

  it('should answer when as many have ended as it was asked for', async () => {
    const { start, end, wait } = stage();
    times(4, start);
    end(4, 'four');
    const waiting = wait.execute({ task_ids: ids(1, 2, 3, 4), until: 3 });
    end(1, 'one');
    await Promise.resolve();
    end(2);
    expect(await waiting).toMatchObject({
      running: ['worker-3'], ended: [{ task_id: 'worker-2' }, { task_id: 'worker-1' }, { task_id: 'worker-4' }],
    });
    expect(await wait.execute({ task_ids: ids(1, 3), until: 1 })).toMatchObject({ timed_out: false, running: ['worker-3'] });
  });

  describe('cancel_rest', () => {
    it('should cancel the others when enough have ended, and have heard of that', async () => {
      const { session, start, end, wait } = stage();
      times(4, start);
      const waiting = wait.execute({ task_ids: ids(1, 2, 3), until: 2, cancel_rest: true });
      end(3, 'three');
      end(2);
      expect(await waiting).toEqual({
        ok: true, timeout: 300, timed_out: false, cancelled: ['worker-1'], running: [],
        ended: [
          { task_id: 'worker-2', agent: 'worker', goal: 'work', status: 'failed', elapsed: 0, error: 'no', code: 'agent_error' },
          { task_id: 'worker-3', agent: 'worker', goal: 'work', status: 'completed', elapsed: 0, summary: 'three' },
        ],
      });
      expect(session.unheard()).toEqual([]);
      expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'failed', 'completed', 'running']);
      expect(session.get('worker-1')?.outcome).toMatchObject({ reason: 'not needed: wait_for_tasks had enough' });
    });

    it('should cancel all that run besides where no ids are named', async () => {
      const { start, end, wait } = stage();
      times(3, start);
      end(2, 'two');
      const answer = await wait.execute({ cancel_rest: true });
      expect(answer).toMatchObject({ ended: [{ task_id: 'worker-2' }], cancelled: ids(1, 3), running: [] });
      expect(await wait.execute({ cancel_rest: true })).toMatchObject({ ended: [], cancelled: [], running: [] });
    });

    it.each([
      ['time runs out', 0.01, false], ['the caller has gone', 300, true], ['the caller had gone before', 300, true],
    ])('should cancel nothing where %s', async (when, timeout, isAborted) => {
      const { session, start, end, wait, advance } = stage();
      times(3, start);
      const controller = new AbortController();
      if (when.includes('before')) {
        controller.abort();
        times(2, () => end(1, 'one'));
      }
      const waiting = wait.execute({ task_ids: ids(1, 2, 3), until: when.includes('before') ? 'any' : 'all', timeout, cancel_rest: true }, {
        abortSignal: controller.signal,
      });
      if (isAborted) controller.abort();
      else advance(10);
      expect(await waiting).toMatchObject({ cancelled: [], running: expect.arrayContaining(ids(2, 3)) });
      expect(session.get('worker-3')?.status).toBe('running');
    });

    it('should tell of one that ends by itself when another is cancelled', async () => {
      const { session, start, end, wait } = stage();
      times(3, start);
      session.get('worker-2')!.ended.subscribe(() => end(3, 'three'));
      const waiting = wait.execute({ cancel_rest: true });
      end(1, 'one');
      expect(await waiting).toMatchObject({
        ended: [{ task_id: 'worker-1' }, { task_id: 'worker-3', summary: 'three' }], cancelled: ids(2),
      });
      expect(session.unheard()).toEqual([]);
    });

    it('should say whose work has not stopped within the grace', async () => {
      const { session, start, end, wait, advance } = stage();
      start();
      session.delegate((_brief, _steering, { holdStop }) => {
        holdStop(NEVER);
        return NEVER;
      }, { goal: 'hold on' }, { name: 'worker' });
      const waiting = wait.execute({ cancel_rest: true });
      end(1, 'one');
      await Promise.resolve();
      await new Promise((resolve) => { setImmediate(resolve); });
      advance(5_000);
      expect(await waiting).toMatchObject({ cancelled: ids(2), not_stopped_ids: ids(2), running: [] });
    });

    it('should cancel a child of a task that it cancels as well, and name both', async () => {
      const { session, start, end, wait } = stage();
      start();
      session.delegate((_brief, _steering, { delegate }) => {
        delegate(() => NEVER, { goal: 'below' }, { name: 'worker' });
        return NEVER;
      }, { goal: 'above' }, { name: 'worker' });
      const waiting = wait.execute({ task_ids: ids(1, 2, 3), cancel_rest: true });
      end(1, 'one');
      expect(await waiting).toMatchObject({ cancelled: ids(2, 3), running: [] });
      expect(session.unheard()).toEqual([]);
    });

    it('should name a hundred of those that it cancels, and count the others', async () => {
      const session = createSession({ maxRunning: Infinity });
      const tools = createToolset(session, { agents: { worker: () => NEVER } });
      times(103, () => session.delegate(() => NEVER, { goal: 'work' }));
      session.delegate(() => ['done'], { goal: 'work' });
      const answer = await tools.wait_for_tasks.execute({ cancel_rest: true });
      expect(answer).toMatchObject({ cancelled: expect.any(Array), cancelled_more: 3 });
      expect(answer['cancelled']).toHaveLength(100);
      expect(session.unheard()).toEqual([]);
    });
  });

  it('should leave what a child has started to the child', async () => {
    const { session, wait } = stage();
    session.delegate((_brief, _steering, { delegate }) => {
      delegate(() => ['of the child'], { goal: 'below' });
      return NEVER;
    }, { goal: 'above' }, { name: 'worker' });
    expect(await wait.execute({ timeout: 0 })).toMatchObject({ ended: [], running: ['worker-1'] });
  });
});

describe('wait_for_tasks in a scope', () => {
  it('should wait for what is of the scope, and leave what is in others alone', async () => {
    const { session, start, end, wait } = stage();
    const scope = session.scope({ name: 'chat' });
    const { wait_for_tasks: own } = createToolset(scope, { agents: { worker: () => NEVER } });
    start();
    scope.delegate(() => NEVER, { goal: 'talk' }, { name: 'worker' });
    start();
    expect(await wait.execute({ timeout: 0 })).toMatchObject({ running: ids(1, 3) });
    expect(await own.execute({ timeout: 0 })).toMatchObject({ running: ids(2) });
    end(1, 'one');
    expect(await wait.execute({ cancel_rest: true })).toMatchObject({ ended: [{ task_id: 'worker-1' }], cancelled: ids(3) });
    expect(session.get('worker-2')!.status).toBe('running');
  });

  it('should wait for a detached task whose parent has ended', async () => {
    const { session, wait } = stage();
    const parent = session.delegate((_brief, _steering, { delegate }) => {
      delegate(() => NEVER, { goal: 'below' }, { name: 'worker', detached: true });
      return NEVER;
    }, { goal: 'above' }, { name: 'worker' });
    expect(await wait.execute({ timeout: 0 })).toMatchObject({ running: [parent.id] });
    parent.cancel();
    const answer = await wait.execute({ timeout: 0, until: 'all' });
    expect(answer).toMatchObject({ ended: [{ task_id: parent.id }], running: [expect.any(String)] });
  });
});

describe('outcomes', () => {
  it('should give each outcome when it comes, and complete with the last', async () => {
    const { start, end } = stage();
    const tasks = [start(), start(), start()];
    const all = firstValueFrom(outcomes(tasks).pipe(map(({ taskId, type }) => `${taskId} ${type}`), toArray()));
    const any = firstValueFrom(outcomes(tasks).pipe(take(1)));
    end(3, 'three');
    end(1);
    tasks[1]!.cancel();
    expect(await all).toEqual(['worker-3 completed', 'worker-1 failed', 'worker-2 cancelled']);
    expect(await any).toMatchObject({ type: 'completed', result: 'three' });
  });
});
