import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { collect, fromAsync, result, type AgentFunction, type Brief } from '../../../src/index.js';
import { openSession, type DurableSessionOptions } from '../../../src/core/openSession.js';
import { createInbox } from '../../../src/inbox/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { tape, type Medium } from '../../support/crashes/medium.js';

const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 2); });
const never = (() => NEVER) as AgentFunction;
const again = { again: { agent: never, onRestart: 'restart' } } as const satisfies DurableSessionOptions['agents'];

/** What the next process finds, if this one ends now. */
const crashed = (medium: Medium): Medium => medium.copy(false);

describe('a session that survives its process', () => {
  it('should interrupt what has ended with its process too often in a row, and not count orderly ends', async () => {
    let medium = tape();
    const open = (): ReturnType<typeof openSession> => openSession({ store: medium.store, agents: again, maxAttempts: 3 });
    const { id } = (await open()).delegate(never, { goal: 'a' }, { name: 'again' });
    // A crash, an orderly end, and then three crashes: what an orderly end stopped counts for nothing.
    for (const how of ['close', 'crash', 'crash', 'crash']) {
      medium = crashed(medium);
      const session = await open();
      await turn();
      expect(session.get(id)!.status).toBe('running');
      if (how === 'close') await session.close();
    }
    medium = crashed(medium);
    const last = await open();
    expect(last.get(id)!.outcome).toMatchObject({ type: 'failed', error: { code: 'interrupted' } });
    expect(last.get(id)!.outcome).toMatchObject({ error: { message: expect.stringContaining('3 times') as unknown as string } });
    await last.close();
  });

  it('should give each task an id of its own, and each message, over all lives', async () => {
    let medium = tape();
    const ids: string[] = [];
    const letters: string[] = [];
    for (let life = 0; life < 5; life++) {
      const session = await openSession({ store: medium.store, agents: { never } });
      for (let n = 0; n < 20; n++) {
        const task = session.delegate(never, { goal: 'a' }, { name: 'never', detached: true });
        ids.push(task.id);
        letters.push(task.steer('a message').id);
        task.cancel();
      }
      medium = crashed(medium);
    }
    expect([new Set(ids).size, new Set(letters).size]).toEqual([100, 100]);
  });

  it('should refuse a brief and a checkpoint that are no JSON, with the path, and start nothing', async () => {
    const session = await openSession({ store: tape().store, agents: {} });
    const refused = (brief: object): string => {
      try {
        session.delegate(never, { goal: 'a', ...brief });
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    };
     
    expect([{ more: [1, () => 1] }, { n: Infinity }, { when: { at: 5n } }, { list: [, 1] }].map(refused)).toEqual([
      expect.stringContaining('`brief.more[1]` is a function'), expect.stringContaining('`brief.n` is Infinity'),
      expect.stringContaining('`brief.when.at` is a bigint'), expect.stringContaining('`brief.list[0]` is undefined'),
    ]);
    expect(session.tasks()).toEqual([]);
    let thrown: unknown;
    const saver = fromAsync(async (_, { save }) => {
      try {
        save({ deep: [undefined] } as never);
      } catch (error) {
        thrown = error;
      }
      return 'done';
    });
    await collect(session.delegate(saver, { goal: 'a' }));
    expect(thrown).toMatchObject({
      code: 'invalid_argument', message: expect.stringContaining('`checkpoint.deep[0]` is undefined') as unknown as string,
    });
    await session.close();
  });

  it('should keep bytes as they are, and of what is no JSON the text that is left', async () => {
    const medium = tape();
    const results: Readonly<Record<string, unknown>> = {
      bytes: new Uint8Array([0, 1, 255]), map: new Map([['a', 1]]), plain: { a: ['\0', '\uD800', null] }, text: 'a\0b', big: 10n,
    };
    const agent = (({ goal }: Brief) => [result(results[goal])]) as AgentFunction;
    const first = await openSession({ store: medium.store, agents: { agent } });
    const codes: string[] = [];
    first.warnings.subscribe(({ code }) => codes.push(code));
    const ids = Object.keys(results).map((goal) => first.delegate(agent, { goal }, { name: 'agent' }).id);
    const second = await openSession({ store: crashed(medium).store, agents: { agent } });
    const found = ids.map((id) => (second.get(id)!.outcome as { readonly result?: unknown }).result);
    expect(found).toEqual([new Uint8Array([0, 1, 255]), '[["a",1]]', results['plain'], 'a\0b', '10']);
    expect(codes).toEqual(['result_not_kept', 'result_not_kept']);
    await first.close();
    await second.close();
  });

  it('should answer `evicted` for what was forgotten in an earlier life, and keep what it retains', async () => {
    const medium = tape();
    const done = (() => ['done']) as AgentFunction;
    const options = { agents: { done }, retain: { count: 2, unheard: 2 } } as const;
    const first = await openSession({ store: medium.store, ...options });
    expect(first.unheard()).toEqual([]);
    const lamented: string[] = [];
    first.events.subscribe((event) => { if (event.type === 'warning') lamented.push(event.taskId); });
    const ids = [1, 2, 3, 4].map((n) => first.delegate(done, { goal: `${n}` }, { name: 'done' }).id);
    // What nobody has heard of does not go in silence.
    expect(lamented).toEqual(ids.slice(0, 2));
    const second = await openSession({ store: crashed(medium).store, ...options });
    expect(ids.map((id) => second.get(id)?.status ?? second.isEvicted(id))).toEqual([true, true, 'completed', 'completed']);
    const { check_task: check } = createToolset(second, { agents: { done } });
    expect((await check.execute({ task_id: ids[0] })).code).toBe('evicted');
    expect(createInbox(second).lease()?.completions.map(({ task_id: id }) => id)).toEqual(ids.slice(2));
    await first.close();
    await second.close();
  });

  it('should end the children of what is interrupted and of what runs again, and leave the detached to their own agents', async () => {
    const medium = tape();
    const parent = (({ goal }: Brief, _: unknown, { delegate }: Parameters<AgentFunction>[2]) => {
      delegate(never, { goal: `${goal}: child` }, { name: 'again' });
      delegate(never, { goal: `${goal}: detached` }, { name: 'again', detached: true });
      return NEVER;
    }) as AgentFunction;
    const agents = { plain: parent, on: { agent: parent, onRestart: 'restart' }, ...again } as const;
    const first = await openSession({ store: medium.store, agents });
    first.delegate(parent, { goal: 'plain' }, { name: 'plain' });
    first.delegate(parent, { goal: 'on' }, { name: 'on' });
    const second = await openSession({ store: crashed(medium).store, agents });
    await turn();
    const found = second.list().map(({ goal, status }) => `${goal} ${status}`);
    expect(found).toEqual([
      'plain failed', 'plain: child cancelled', 'plain: detached running', 'on running', 'on: child failed', 'on: detached running',
      'on: child running', 'on: detached running',
    ]);
    // Each generation has its room back.
    expect(second.capacity.running).toBe(1);
    await first.close();
    await second.close();
  });

  it('should never run again what had a signal, or whose agent is not there any more', async () => {
    const medium = tape();
    const first = await openSession({ store: medium.store, agents: { ...again, gone: again.again }, maxRunning: 2, overflow: 'queue' });
    first.delegate(never, { goal: 'signal' }, { name: 'again', signal: new AbortController().signal });
    for (const goal of ['gone', 'gone and waits']) first.delegate(never, { goal }, { name: 'gone' });
    const second = await openSession({ store: crashed(medium).store, agents: again });
    const found = second.tasks().map(({ outcome }) => (outcome as { readonly error?: { readonly code: string } } | undefined)?.error?.code);
    expect(found).toEqual(['interrupted', 'interrupted', 'not_started']);
    await first.close();
    await second.close();
  });
});
