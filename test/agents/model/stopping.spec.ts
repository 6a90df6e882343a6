import { describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { collect, lines } from '../../../src/index.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { turns } from '../../support/turns.js';
import { eventsOf, setUp } from './support/setUp.js';

describe('stopping a model', () => {
  it.each([
    ['before a word came', { then: 'hang' }],
    ['in the middle of its text', { say: 'thinking\n', then: 'hang' }],
  ] as const)('should close the HTTP request %s', async (_, turn) => {
    await using stage = await setUp(inTurn(turn));
    const { server } = stage;
    const task = stage.start();
    await server.until(() => server.open === 1);
    if ('say' in turn) await firstValueFrom(task.events.pipe(lines()));

    expect(task.cancel('enough')).toBe(true);
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    await server.until(() => server.open === 0);
    expect(server.visits.map(({ state }) => state)).toEqual(['left']);
    expect((await eventsOf(task)).at(-1)).toMatchObject({ type: 'cancelled', reason: 'enough' });
  });

  it('should give up a pause between two attempts, and ask no more', async () => {
    await using stage = await setUp(inTurn({ status: 503, headers: { 'retry-after': '30' } }));
    const task = stage.start({ maxRetries: 5 });
    await firstValueFrom(task.events.pipe(lines()));
    task.cancel();

    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    await turns();
    expect(stage.server.visits).toHaveLength(1);
  });

  it('should tell a tool by its signal, and count as stopped only when the tool has settled', async () => {
    const told: string[] = [];
    let finish = (): void => undefined;
    const slow = tool({
      description: 'Takes its time.',
      inputSchema: z.object({}),
      execute: (_, { abortSignal }) => new Promise<string>((resolve) => {
        told.push('began');
        abortSignal!.addEventListener('abort', () => told.push('told'));
        finish = () => resolve('late');
      }),
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'slow' }] }));
    const task = stage.start({ toolsets: { some: { slow } } });
    while (told.length === 0) await turns(1);
    task.cancel();
    let stopped = false;
    task.stopped.subscribe(() => { stopped = true; });
    await turns(20);

    expect(told).toEqual(['began', 'told']);
    expect(stopped).toBe(false);
    finish();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(stage.server.visits).toHaveLength(1);
  });

  it('should end a tool that answers in parts, and count as stopped only when it has really ended', async () => {
    const done: string[] = [];
    let goOn = (): void => undefined;
    let tidy = (): void => undefined;
    const work = tool({
      description: 'Works in parts.',
      inputSchema: z.object({}),
      async *execute() {
        try {
          for (;;) {
            done.push('part');
            yield 'part';
            await new Promise<void>((resolve) => { goOn = resolve; });
          }
        } finally {
          done.push('tidying');
          await new Promise<void>((resolve) => { tidy = resolve; });
          done.push('tidied');
        }
      },
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'work' }] }));
    const task = stage.start({ toolsets: { some: { work } } });
    while (done.length === 0) await turns(1);
    await turns(5);
    task.cancel();
    let stopped = false;
    task.stopped.subscribe(() => { stopped = true; });
    await turns(20);

    expect([stopped, done]).toEqual([false, ['part']]);
    goOn();
    while (!done.includes('tidying')) await turns(1);
    await turns(20);
    // The part that it was about is still made, and no more.
    expect([stopped, done]).toEqual([false, ['part', 'part', 'tidying']]);
    tidy();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(done.at(-1)).toBe('tidied');
  });

  it('should reach what a tool has left running in an earlier step', async () => {
    let signal: AbortSignal | undefined;
    const leave = tool({
      description: 'Leaves something running.',
      inputSchema: z.object({}),
      execute: (_, options) => {
        signal = options.abortSignal;
        return 'ok';
      },
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'leave' }] }, { say: 'working\n', then: 'hang' }));
    const task = stage.start({ toolsets: { some: { leave } } });
    await firstValueFrom(task.events.pipe(lines()));

    expect(signal!.aborted).toBe(false);
    task.cancel();
    expect(signal!.aborted).toBe(true);
  });

  it('should run no tool of an answer that breaks before its end', async () => {
    const calls: string[] = [];
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => { calls.push('look'); return 'seen'; } });
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }], then: 'error' }));

    await expect(collect(stage.start({ toolsets: { eyes: { look } } }))).rejects.toThrow('the engine fell over');
    await turns(20);
    expect(calls).toEqual([]);
  });

  it('should close the request of an answer that it cannot read', async () => {
    await using stage = await setUp(inTurn({ say: 'a', then: 'mumble' }));
    const { server } = stage;

    await expect(collect(stage.start())).rejects.toMatchObject({ cause: { reason: 'bad_response' } });
    await server.until(() => server.open === 0);
    expect(server.visits.map(({ state }) => state)).toEqual(['left']);
  });

  it('should fail where it is still calling tools when its steps are used up', async () => {
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
    await using stage = await setUp(inTurn({ say: 'hm', call: [{ name: 'look' }] }));
    const task = stage.start({ maxSteps: 3, toolsets: { eyes: { look } } });

    await expect(collect(task)).rejects.toMatchObject({
      code: 'agent_error',
      message: 'loopback was still calling tools after 3 steps, the most it may take. '
        + 'Allow more (`maxSteps` of the agent, `max_iterations` of the brief), or ask for less at once. '
        + 'What it had come to by then is kept as its partial result.',
      cause: { reason: 'max_steps', partial: 'hm' },
    });
    expect(stage.server.visits).toHaveLength(4);
    expect(task.snapshot()).toMatchObject({ status: 'failed', preview: ['hm', 'hm', 'hm', 'hm'] });
  });

  it('should answer in its very last step', async () => {
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }, { say: 'done' }));

    expect(await collect(stage.start({ maxSteps: 2, toolsets: { eyes: { look } } }))).toBe('done');
  });
});
