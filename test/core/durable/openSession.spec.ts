import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, NEVER, Subject, toArray } from 'rxjs';
import { collect, line, result, type AgentFunction, type Brief } from '../../../src/index.js';
import { openSession, type DurableSessionOptions } from '../../../src/core/openSession.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { fromAsync } from '../../../src/core/fromAsync.js';

const turn = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 5); });

describe('openSession', () => {
  it('should give back what has ended, with its result, its window and whether it was heard', async () => {
    const store = memoryStore();
    const agents = { teller: { agent: ({ goal }: Brief) => [line('one'), line(goal), result({ found: [1, 'b'] })] } };
    const first = await openSession({ store, agents });
    const task = first.delegate(agents.teller.agent, { goal: 'tell' }, { name: 'teller' });
    const before = task.snapshot(Infinity);
    await first.close();

    const second = await openSession({ store, agents });
    const again = second.get(task.id)!;
    expect(again.snapshot(Infinity)).toEqual(before);
    expect(second.unheard()).toEqual([again]);
    const seen = await firstValueFrom(again.events.pipe(toArray()));
    expect(seen.map(({ type, seq }) => `${seq}:${type}`)).toEqual(['0:started', '1:line', '2:line', '3:completed']);
    expect(await collect(again)).toEqual({ found: [1, 'b'] });
    await second.kept();
    await second.close();

    const third = await openSession({ store, agents });
    expect(third.unheard()).toEqual([]);
    await third.close();
  });

  it('should interrupt, restart and resume what ran, each as its agent says', async () => {
    const store = memoryStore();
    const calls: string[] = [];
    const stuck = (name: string): AgentFunction => fromAsync(async (_, { saved, save, print }) => {
      calls.push(`${name}:${JSON.stringify(saved)}`);
      print(`${name} says`);
      save({ step: 1 });
      if (calls.filter((call) => call.startsWith(name)).length < 2) await new Promise(() => undefined);
      return `${name} done`;
    });
    const agents = {
      plain: stuck('plain'),
      again: { agent: stuck('again'), onRestart: 'restart' },
      on: { agent: stuck('on'), onRestart: 'resume' },
    } as const satisfies DurableSessionOptions['agents'];
    const first = await openSession({ store, agents });
    const [a, b, c] = [
      first.delegate(agents.plain, { goal: 'a' }, { name: 'plain' }),
      first.delegate(agents.again.agent, { goal: 'b' }, { name: 'again' }),
      first.delegate(agents.on.agent, { goal: 'c' }, { name: 'on' }),
    ];
    await turn();
    const report = await first.close();
    expect(report.kept).toEqual([b.id, c.id]);
    expect(report.ids).toEqual([a.id]);

    const second = await openSession({ store, agents });
    expect(second.get(a.id)!.outcome).toMatchObject({ type: 'failed', error: { code: 'interrupted' } });
    expect(await collect(second.get(b.id)!)).toBe('again done');
    expect(await collect(second.get(c.id)!)).toBe('on done');
    expect(second.get(c.id)!.outcome!.attempt).toBe(2);
    expect(calls).toEqual(['plain:undefined', 'again:undefined', 'on:undefined', 'again:undefined', 'on:{"step":1}']);
    expect(second.get(c.id)!.snapshot().preview).toEqual(['on says', 'on says']);
    await second.close();
  });

  it('should run what waited, in its order', async () => {
    const store = memoryStore();
    const ran: string[] = [];
    const agents = { worker: (({ goal }: Brief) => { ran.push(goal); return goal === 'first' ? NEVER : [goal]; }) as AgentFunction };
    const options = { store, agents, maxRunning: 1, overflow: 'queue' } as const;
    const first = await openSession(options);
    const tasks = ['first', 'second', 'third'].map((goal) => first.delegate(agents.worker, { goal }, { name: 'worker' }));
    expect((await first.close()).kept).toEqual(tasks.slice(1).map(({ id }) => id));

    const second = await openSession(options);
    expect(second.list().map(({ status }) => status)).toEqual(['failed', 'queued', 'queued']);
    await turn();
    expect(ran).toEqual(['first', 'second', 'third']);
    expect(second.list().map(({ status }) => status)).toEqual(['failed', 'completed', 'completed']);
    await second.close();
  });

  it('should end a collect that waits when the session is closed', async () => {
    const store = memoryStore();
    const agents = { on: { agent: () => new Subject<string>(), onRestart: 'restart' as const } };
    const session = await openSession({ store, agents });
    const task = session.delegate(agents.on.agent, { goal: 'a' }, { name: 'on' });
    const collected = collect(task).catch((error: unknown) => error);
    await session.close();
    expect(await collected).toMatchObject({ code: 'session_closed' });
    expect(task.snapshot().status).toBe('running');
  });
});
