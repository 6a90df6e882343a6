import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { firstValueFrom, isObservable } from 'rxjs';
import * as z from 'zod';
import {
  collect, createSession, fromAsync, line, result, run, step, text, usage, type AgentContext, type AsyncAgentContext, type Brief,
} from '../../src/index.js';
import { rejection } from '../support/caught.js';
import { turns } from '../support/turns.js';
import { until } from '../support/until.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'work' };
const taken = async (agent: Parameters<typeof fromAsync<unknown>>[0]) => {
  const task = createSession().delegate(fromAsync<unknown>(agent), brief);
  await until(() => task.snapshot().outcome !== undefined);
  return task.snapshot();
};

describe('fromAsync', () => {
  describe('a plain function', () => {
    it('should make a result of what it returns, and no line', async () => {
      for (const value of ['done', 0, false, null, ['a'], { a: 1 }, new Map([[1, 2]])]) {
        expect(await taken(() => value)).toMatchObject({ status: 'completed', windowLines: 0, outcome: { result: value } });
      }
    });

    it('should end in the same frame', () => {
      expect(createSession().delegate(fromAsync(() => 'done'), brief).snapshot().status).toBe('completed');
    });

    it('should have its last line for a result where it returns nothing, and none where it prints nothing', async () => {
      const printing = await taken((_brief, { print }) => { print('a'); print('b'); });
      expect(printing).toMatchObject({ preview: ['a', 'b'], outcome: { result: 'b' } });
      expect(await taken(() => undefined)).toMatchObject({ status: 'failed', outcome: { error: { code: 'no_result' } } });
    });

    it('should fail where it throws', async () => {
      expect(await taken(() => { throw new RangeError('out of paper'); })).toMatchObject({
        status: 'failed', outcome: { error: { code: 'agent_error', name: 'RangeError', message: 'out of paper' } },
      });
    });
  });

  describe('a promise', () => {
    it('should make a result of what it resolves with, and no line', async () => {
      for (const value of ['done', 0, null, ['a'], { type: 'line', text: 'no line' }]) {
        expect(await taken(async () => value)).toMatchObject({ status: 'completed', windowLines: 0, outcome: { result: value } });
      }
    });

    it('should have its last line for a result where it resolves with nothing', async () => {
      expect(await taken(async (_brief, { print }) => { print('a'); })).toMatchObject({ outcome: { result: 'a' } });
    });

    it('should fail where it rejects, with a readable reason', async () => {
      for (const [thrown, message] of [[new RangeError('out of paper'), 'out of paper'], [undefined, 'undefined']] as const) {
        expect(await taken(async () => { throw thrown as unknown; })).toMatchObject({ status: 'failed', outcome: { error: { message } } });
      }
    });

    it('should be any thenable', async () => {
      const thenable = { then: (resolve: (value: string) => void) => { resolve('done'); } } as PromiseLike<string>;
      expect(await taken(() => thenable)).toMatchObject({ status: 'completed', outcome: { result: 'done' } });
    });

    it('should fail, and not hang or throw, where a thenable throws', async () => {
      const thrower = { then: () => { throw new RangeError('no'); } } as unknown as PromiseLike<string>;
      expect(await taken(() => thrower)).toMatchObject({ status: 'failed', outcome: { error: { message: 'no' } } });
    });

    it('should be cancelled at once, and be late with what it does then', async () => {
      let print: ((words: string) => void) | undefined;
      let finish: (() => void) | undefined;
      const task = createSession().delegate(fromAsync(async (_brief, context) => {
        print = context.print;
        await new Promise<void>((resolve) => { finish = resolve; });
        return 'done';
      }), brief);
      task.cancel();
      print?.('late');
      const stops = watch(task.stopped);
      expect(stops).toEqual([]);
      finish?.();
      await turns();
      expect(task.snapshot()).toMatchObject({ status: 'cancelled', preview: [], lateOutputs: 2 });
      expect(stops).toMatchObject([{ stopped: true }, '|']);
    });
  });

  describe('a generator', () => {
    it('should make output of what it yields, and a result of what it returns', async () => {
      const expected = { status: 'completed', preview: ['a', 'b'], outcome: { result: 42 } };
      expect(await taken(async function* () { yield 'a'; yield line('b'); return 42; })).toMatchObject(expected);
      expect(await taken(function* () { yield 'a'; yield line('b'); return 42; })).toMatchObject(expected);
    });

    it('should have its last line for a result where it returns nothing', async () => {
      expect(await taken(async function* () { yield 'a'; yield 'b'; })).toMatchObject({ outcome: { result: 'b' } });
      expect(await taken(function* () { yield 'a'; yield 'b'; })).toMatchObject({ outcome: { result: 'b' } });
    });

    it('should put every kind of output out', async () => {
      const seen = watch(run(fromAsync(async function* () {
        yield text('a\n');
        yield step();
        yield usage({ inputTokens: 1, outputTokens: 1 });
        yield result('early');
        return 'late';
      }), brief));
      await until(() => seen.at(-1) === '|');
      expect(seen).toEqual([text('a\n'), step(), usage({ inputTokens: 1, outputTokens: 1 }), result('early'), result('late'), '|']);
    });

    it('should fail where it throws, and run its finally', async () => {
      const steps: string[] = [];
      const snapshot = await taken(async function* () {
        try {
          yield 'a';
          throw new RangeError('out of paper');
        } finally {
          steps.push('finally');
        }
      });
      expect(snapshot).toMatchObject({ status: 'failed', preview: ['a'], outcome: { error: { message: 'out of paper' } } });
      expect(steps).toEqual(['finally']);
    });

    it('should be returned when it is cancelled, and not go on', async () => {
      for (const kind of ['async', 'sync'] as const) {
        const steps: string[] = [];
        const endless = function* () {
          try {
            for (let n = 0; ; n++) {
              steps.push('step');
              yield String(n);
            }
          } finally {
            steps.push('finally');
          }
        };
        const agent = kind === 'sync' ? endless : async function* () { yield* endless(); };
        const task = createSession().delegate(fromAsync<unknown>(agent as never), brief);
        await until(() => steps.length > 0);
        task.cancel();
        expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
        const { length } = steps;
        await turns();
        expect(steps).toHaveLength(length);
        expect(steps.at(-1)).toBe('finally');
      }
    });

    it('should not keep timers from firing while it never waits', async () => {
      const fired = new Set<string>();
      const task = createSession().delegate(fromAsync(async function* (_brief, { signal }) {
        while (!fired.has('timer') && !signal.aborted) yield 'busy';
        return 'let go';
      }), brief);
      setTimeout(() => fired.add('timer'), 0);
      expect(await collect(task)).toBe('let go');
    });

    it('should be stopped, and settle, where its finally throws', async () => {
      const task = createSession().delegate(fromAsync(async function* () {
        try {
          yield 'a';
          yield 'b';
        } finally {
          throw new Error('torn');
        }
      }), brief);
      task.cancel();
      await until(() => watch(task.stopped).includes('|'));
      expect(task.snapshot().status).toBe('cancelled');
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
    });
  });

  describe('its context', () => {
    it('should print, and put out anything else', async () => {
      const seen = watch(run(fromAsync((_brief, { print, emit }) => {
        print('a');
        emit(step());
        emit(usage({ inputTokens: 1, outputTokens: 2 }));
        return 'r';
      }), brief));
      await until(() => seen.at(-1) === '|');
      expect(seen).toEqual([line('a'), step(), usage({ inputTokens: 1, outputTokens: 2 }), result('r'), '|']);
    });

    it('should hand steering over at a boundary of its steps', async () => {
      const seen: (readonly string[])[] = [];
      const task = createSession().delegate(fromAsync(async (_brief, { takeSteering }) => {
        for (let n = 0; n < 3; n++) {
          await setImmediate();
          seen.push(takeSteering());
        }
        return 'done';
      }), brief);
      const receipts = [task.steer('a'), task.steer('b')];
      expect(await collect(task)).toBe('done');
      expect(seen).toEqual([['a', 'b'], [], []]);
      expect(receipts.map((receipt) => watch(receipt.settled)[0])).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
    });

    it('should hand steering over as a stream too', async () => {
      const task = createSession().delegate(fromAsync((_brief, { steering, print }) => new Promise<string>((resolve) => {
        steering.subscribe((words) => words === 'end' ? resolve('done') : print(words));
      })), brief);
      task.steer('a');
      task.steer('end');
      expect(await collect(task)).toBe('done');
      expect(task.snapshot()).toMatchObject({ preview: ['a'], steering: { delivered: 2 } });
    });

    it('should have all that an agent’s context has, each verb to be taken out', async () => {
      const seen: unknown[] = [];
      const session = createSession();
      const task = session.delegate(fromAsync((_brief, context) => {
        const { delegate, get, list, isEvicted, takeSteering, holdStop, print, emit } = context;
        const child = delegate(() => ['a'], brief);
        holdStop(Promise.resolve());
        print('p');
        emit('e');
        seen.push(context.taskId, context.depth, context.signal.aborted, get(child.id) === child, list().length, isEvicted(child.id));
        seen.push(takeSteering(), context.capacity.limit, isObservable(context.events));
        return 'done';
      }), brief);
      expect(seen).toEqual([task.id, 1, false, true, 1, false, [], 16, true]);
      expect(task.snapshot().preview).toEqual(['p', 'e']);
      await session.close();
    });

    it('should have each property that the context of a plain agent has', async () => {
      const names: string[] = [];
      const seen: unknown[] = [];
      const session = createSession();
      const { id: follow_up } = session.delegate((_brief, _steering, context) => {
        for (let one: unknown = context; one !== Object.prototype; one = Object.getPrototypeOf(one)) {
          names.push(...Object.getOwnPropertyNames(one).filter((name) => name !== 'constructor'));
        }
        context.save('all');
        return ['a'];
      }, brief, { name: 'one' });
      session.delegate(fromAsync((_brief, context) => {
        context.save('half');
        seen.push(...names.filter((name) => (context as unknown as Record<string, unknown>)[name] === undefined), context.tasks());
        return 'done';
      }), { ...brief, follow_up }, { name: 'one', resultSchema: z.string() });
      expect(names).toContain('tasks');
      expect(seen).toEqual([[]]);
      await session.close();
    });

    it('should show its signal where it is read', () => {
      const contexts: AsyncAgentContext[] = [];
      const task = createSession().delegate(fromAsync((_brief, context) => {
        contexts.push(context);
        return new Promise<string>(() => undefined);
      }), brief);
      const { signal } = contexts[0]!;
      expect(signal).toBe(contexts[0]!.signal);
      task.cancel();
      expect(signal.aborted).toBe(true);
    });
  });

  it('should keep the name of the function', () => {
    async function readFiles() { return 'done'; }
    expect(fromAsync(readFiles).name).toBe('readFiles');
    expect(createSession().delegate(fromAsync(readFiles), brief).id).toMatch(/^readfiles-/);
  });

  it('should call the function once per run, with the brief as it is', () => {
    const calls: Brief[] = [];
    const agent = fromAsync((given: Brief) => { calls.push(given); return 'done'; });
    const cold = run(agent, brief);
    expect(calls).toEqual([]);
    watch(cold);
    watch(cold);
    expect(calls).toEqual([brief, brief]);
  });

  it('should reach collect with its failure, and not the process', async () => {
    const task = createSession().delegate(fromAsync(async () => { throw new RangeError('out of paper'); }), brief);
    await turns();
    expect(await rejection(collect(task))).toMatchObject({ code: 'agent_error', message: 'out of paper' });
  });

  it('should be given the context of a plain agent too', () => {
    let plain: AgentContext | undefined;
    createSession().delegate((_brief, _steering, context) => { plain = context; return ['a']; }, brief);
    expect(plain?.takeSteering()).toEqual([]);
  });
});
