import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { from, NEVER, of, Subject, throwError } from 'rxjs';
import {
  AgentError, collect, CollectTimeoutError, createSession, DeadlineExceededError, fromAsync, InvalidArgumentError, NoResultError,
  NotStartedError, result, StalledError, TaskCancelledError, type AgentOutput, type CollectOptions, type TaskEvent,
} from '../../src/index.js';
import { rejection } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { aDuration, noDurations, sentence } from '../support/sentences.js';
import { taskEvents } from '../support/taskEvents.js';
import { taskOf } from '../support/taskOf.js';
import { turns } from '../support/turns.js';
import { createVirtualTime } from '../support/virtualTime.js';

const brief = { goal: 'be collected' };
const tooLate = (ms: number) => new CollectTimeoutError(`The task has not ended within ${ms} ms. It goes on; collect it again.`);

describe('collect', () => {
  describe('the result', () => {
    it('should resolve with the result of a task, running or ended', async () => {
      const output = new Subject<AgentOutput>();
      const task = taskOf(output);
      const early = collect(task);
      output.next(result('r'));
      output.complete();
      expect(await early).toBe('r');
      expect(await collect(task)).toBe('r');
      expect(await collect(task.events)).toBe('r');
    });

    it('should resolve with the last line where there is no result', async () => {
      expect(await collect(taskOf(['a', 'b']))).toBe('b');
    });

    it('should hand over the very value, whatever it is', async () => {
      for (const value of [undefined, null, '', 0, false, NaN, Symbol('s'), { deep: [1] }, [1], () => 1, new Map()]) {
        expect(await collect(taskOf<unknown>([result<unknown>(value)]))).toBe(value);
      }
    });

    it('should take any stream of a task’s events', async () => {
      const events: TaskEvent<number>[] = [taskEvents.line(1, 'a'), taskEvents.outcome(2, { type: 'completed', result: 42 })];
      expect(await collect(of(...events))).toBe(42);
      expect(await collect(from(taskOf(['a'])))).toBe('a');
    });
  });

  describe('failures', () => {
    it('should reject with the error of the code, and with what was thrown as its cause', async () => {
      const cause = new RangeError('out of paper');
      expect(await rejection(collect(taskOf(throwError(() => cause))))).toStrictEqual(new AgentError('out of paper', { cause }));
      expect(await rejection(collect(taskOf([])))).toBeInstanceOf(NoResultError);
      const notStarted = new NotStartedError('no such program');
      expect(await rejection(collect(taskOf(throwError(() => notStarted))))).toStrictEqual(
        new NotStartedError('no such program', { cause: notStarted }),
      );
    });

    it('should reject where a limit ended the task', async () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler });
      const rejections = [
        rejection(collect(session.delegate(() => NEVER, brief, { deadline: 5 }))),
        rejection(collect(session.delegate(() => NEVER, brief, { idleTimeout: 5 }))),
      ];
      advance(5);
      expect(await rejections[0]).toBeInstanceOf(DeadlineExceededError);
      expect(await rejections[1]).toBeInstanceOf(StalledError);
    });

    it('should reject with TaskCancelledError where the task is cancelled, with the reason as its cause', async () => {
      const task = taskOf(NEVER);
      const rejected = rejection(collect(task));
      task.cancel('enough');
      expect(await rejected).toStrictEqual(new TaskCancelledError('The task was cancelled: enough', { cause: 'enough' }));
    });

    it('should carry codes to switch on', async () => {
      expect(await rejection(collect(taskOf([])))).toMatchObject({ code: 'no_result', name: 'NoResultError' });
      const failed = taskOf(throwError(() => new Error('no')));
      expect(await rejection(collect(failed))).toMatchObject({ code: 'agent_error', name: 'AgentError', message: 'no' });
    });
  });

  describe('values that a promise would trip over', () => {
    it('should hand over a result that has a then, without calling it', async () => {
      let called = 0;
      const thenable = { answer: 42, then: () => { called += 1; } };
      const value = await collect(taskOf<unknown>([result<unknown>(thenable)])) as Partial<typeof thenable>;
      expect([value.answer, called]).toEqual([42, 0]);
      expect(value.then).toBeUndefined();
    });

    it('should not let a thenable forge a failure', async () => {
      const forger = { then: (_resolve: unknown, reject: (reason: unknown) => void) => { reject(new Error('forged')); } };
      await expect(collect(taskOf<unknown>([result<unknown>(forger)]))).resolves.toBeDefined();
    });

    it('should hand over what has a then only by its prototype, and a function with one', async () => {
      class Query { then(): void { throw new Error('called'); } readonly table = 'users'; }
      expect(await collect(taskOf<unknown>([result<unknown>(new Query())]))).toHaveProperty('table', 'users');
      const callable = Object.assign(() => 1, { then: () => { throw new Error('called'); } });
      await expect(collect(taskOf<unknown>([result<unknown>(callable)]))).resolves.toBeDefined();
    });

    it('should hand over a result whose getters throw', async () => {
      const unreadable = {
        get then(): never { throw new Error('not for you'); },
        get other(): never { throw new Error('nor this'); },
        good: 1,
      };
      const value = await collect(taskOf<typeof unreadable>([result(unreadable)]));
      expect(value.good).toBe(1);
    });

    it('should hand over a result that is a revoked proxy', async () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      await expect(collect(taskOf<unknown>([result<unknown>(proxy)])).then(() => 'settled')).resolves.toBe('settled');
    });

    it('should hand over a result that is a promise as it is, boxed from any awaiting', async () => {
      const never = new Promise<string>(() => undefined);
      const value = await collect(taskOf<Promise<string>>([result(never)]));
      expect(value).toBeInstanceOf(Promise);
    });
  });

  describe('timeout', () => {
    it('should reject when the time runs out, and leave the task running, to be collected again', async () => {
      const { scheduler, advance } = createVirtualTime();
      const output = new Subject<string>();
      const task = createSession({ scheduler }).delegate(() => output, brief);
      const first = rejection(collect(task, { timeout: 1_000_000 }));
      advance(1_000_000);
      expect(await first).toStrictEqual(tooLate(1_000_000));
      expect(task.snapshot().status).toBe('running');
      const second = collect(task, { timeout: 1_000_000 });
      advance(999_999);
      output.next('a');
      output.complete();
      expect(await second).toBe('a');
      expect(scheduler.actions.filter((action) => !action.closed)).toEqual([]);
    });

    it('should look and not wait for 0', async () => {
      expect(await collect(taskOf(['a']), { timeout: 0 })).toBe('a');
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler }).delegate(() => NEVER, brief);
      const looked = rejection(collect(task, { timeout: 0 }));
      advance(0);
      expect(await looked).toStrictEqual(tooLate(0));
      expect(task.snapshot().status).toBe('running');
    });

    it('should look and not wait for 0 in real time too', async () => {
      const task = taskOf(NEVER);
      expect(await rejection(collect(task, { timeout: 0 }))).toStrictEqual(tooLate(0));
      task.cancel();
    });

    it('should go by RxJS’s own virtual time', async () => {
      let rejected: Promise<unknown> | undefined;
      marbles(({ cold }) => {
        rejected = rejection(collect(taskOf(cold('--a----|')), { timeout: 5 }));
      });
      expect(await rejected).toStrictEqual(tooLate(5));
    });
  });

  describe('signal', () => {
    it('should reject with the signal’s own reason when it aborts, and leave the task running', async () => {
      const controller = new AbortController();
      const task = taskOf(NEVER);
      const rejected = rejection(collect(task, { signal: controller.signal }));
      const reason = { because: 'user left' };
      controller.abort(reason);
      expect(await rejected).toBe(reason);
      expect(task.snapshot().status).toBe('running');
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    });

    it('should reject at once where the signal is aborted already, also for a task that has ended', async () => {
      const signal = AbortSignal.abort('user left');
      expect(await rejection(collect(taskOf(NEVER), { signal }))).toBe('user left');
      expect(await rejection(collect(taskOf(['a']), { signal }))).toBe('user left');
    });

    it('should reject with the default reason where none was given', async () => {
      expect(await rejection(collect(taskOf(NEVER), { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' });
    });

    it('should leave no listener on the signal when the task ends or the time runs out', async () => {
      const { signal } = new AbortController();
      await collect(taskOf(['a']), { signal });
      await rejection(collect(taskOf(throwError(() => new Error('no'))), { signal }));
      const { scheduler, advance } = createVirtualTime();
      const late = rejection(collect(createSession({ scheduler }).delegate(() => NEVER, brief), { signal, timeout: 5 }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      advance(5);
      await late;
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });

  describe('bad arguments', () => {
    it.each(noDurations)('should refuse a timeout of %p', async (timeout, words) => {
      const error = await rejection(collect(taskOf(['a']), { timeout } as CollectOptions));
      expect(error).toEqual(new InvalidArgumentError(sentence('timeout', aDuration(0), words)));
    });

    it.each<[string, unknown, string]>([
      ['a signal that is none', { signal: 'abort' }, sentence('signal', 'an AbortSignal', '"abort"')],
      ['a signal that is null', { signal: null }, sentence('signal', 'an AbortSignal', 'null')],
      ['options that are null', null, sentence('the options of collect', 'an object', 'null')],
      ['options that are a number', 300, sentence('the options of collect', 'an object', '300')],
      ['an unknown option', { timeuot: 5 }, 'Unknown field `timeuot` in the options of collect. Expected: timeout, signal.'],
    ])('should refuse %s', async (_, options, words) => {
      expect(await rejection(collect(taskOf(['a']), options as CollectOptions))).toEqual(new InvalidArgumentError(words));
    });

    it('should take options that are undefined for left out', async () => {
      expect(await collect(taskOf(['a']), { timeout: undefined, signal: undefined })).toBe('a');
    });
  });

  it('should not touch the child, and let many collect at once', async () => {
    let finish: (() => void) | undefined;
    let calls = 0;
    const task = createSession().delegate(fromAsync(async () => {
      calls += 1;
      await new Promise<void>((resolve) => { finish = resolve; });
      return { done: true };
    }), brief);
    const collected = [collect(task), collect(task), collect(task)];
    await turns();
    finish?.();
    expect(await Promise.all(collected)).toEqual([{ done: true }, { done: true }, { done: true }]);
    expect(calls).toBe(1);
  });
});
