import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LanguageModel } from 'ai';
import { firstValueFrom, timer } from 'rxjs';
import { untilAborted } from '../../../src/core/operators/untilAborted.js';
import { gateOf } from '../../../src/agents/model/failure/gateOf.js';
import { ModelError } from '../../../src/agents/model/failure/modelError.js';
import { tryAgain, type Patience } from '../../../src/agents/model/failure/tryAgain.js';
import { loopback } from './support/loopback.js';

let began: number;
/** Each test has a provider of its own, since gates outlive it. */
let provider: string;
let count = 0;
const now = (): number => Math.round(performance.now() - began);
const after = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds).then(() => undefined);

beforeEach(() => {
  jest.useFakeTimers();
  began = performance.now();
  provider = `provider-${++count}`;
});
afterEach(() => { jest.useRealTimers(); });

const asksFor = (retryAfter?: number): ModelError => new ModelError('rate_limited', 'Slowly.', { statusCode: 429, retryAfter });
const failed = (): ModelError => new ModelError('provider_error', 'Failed.', { statusCode: 500 });

interface Start extends Partial<Omit<Patience, 'random' | 'gate'>> {
  readonly at?: LanguageModel;
  /** What chance says. */
  readonly random?: number;
}

/** Tries what fails by these errors and then works, and notes when it was tried and what was said. */
function start(
  errors: readonly ModelError[], { at = `${provider}/one`, random = 0, signal = new AbortController().signal, ...patience }: Start = {},
) {
  const tries: number[] = [];
  const said: string[] = [];
  const left = [...errors];
  const done = tryAgain(async () => {
    tries.push(now());
    const error = left.shift();
    if (error !== undefined) throw error;
    return await Promise.resolve('ok');
  }, {
    maxRetries: 3, signal, mayRetry: () => true, say: (words) => said.push(words), gate: gateOf(at),
    maxPause: 60_000, random: () => random, pause: (time) => firstValueFrom(timer(time).pipe(untilAborted(signal))).then(() => undefined),
    ...patience,
  });
  done.catch(() => undefined);
  return { tries, said, done };
}

describe('tryAgain', () => {
  it('should spread those who failed together over as much as the pause, and none before it is over', async () => {
    const all = [0, 0.5, 0.999].map((random) => start([asksFor(2_000)], { random }));
    await after(10_000);
    expect(all.map(({ tries }) => tries)).toEqual([[0, 2_000], [0, 3_000], [0, 3_998]]);
    expect(all.map(({ said }) => said)).toEqual(['2', '3', '4'].map((time) => [
      `The provider answered 429; trying again in ${time} s (1 of 3).`,
    ]));
  });

  it('should spread them over ten seconds at most', async () => {
    const { tries } = start([asksFor(50_000)], { random: 0.9 });
    await after(60_000);
    expect(tries).toEqual([0, 59_000]);
  });

  it('should wait longer each time where nobody says how long, and spread that as well', async () => {
    const { tries } = start([failed(), failed(), failed()], { random: 0.5 });
    await after(20_000);
    expect(tries).toEqual([0, 1_500, 4_500, 10_500]);
  });

  it('should let the others wait, too, until the pause that one was asked for is over', async () => {
    start([asksFor(4_000)]);
    const impatient = start([asksFor(1_000)], { random: 0.5 });
    await after(1_000);
    const late = start([], { random: 0.25 });
    await after(20_000);
    expect(impatient.tries).toEqual([0, 6_000]);
    expect([late.tries, late.said]).toEqual([[4_750], ['The provider has asked for a pause; going on in 3.8 s.']]);
  });

  it('should let the others wait where the one that was asked gives up', async () => {
    const one = start([asksFor(2_000)], { maxRetries: 0 });
    await expect(one.done).rejects.toMatchObject({ reason: 'rate_limited' });
    const other = start([]);
    await after(5_000);
    expect(other.tries).toEqual([2_000]);
  });

  it('should let nobody wait for a failure without a pause, for a pause that is too long, or for another provider', async () => {
    start([failed()]);
    start([asksFor(60_001)]);
    start([asksFor(2_000)], { at: `${provider}-too/one` });
    await after(1);
    const { tries, said } = start([]);
    await after(1);
    expect([tries, said]).toEqual([[1], []]);
  });

  it('should let the others wait again where the first of them was asked for another pause', async () => {
    start([asksFor(2_000)], { maxRetries: 0 });
    await after(1);
    const first = start([asksFor(3_000)]);
    const second = start([], { random: 0.5 });
    await after(20_000);
    expect(first.tries).toEqual([2_000, 5_000]);
    // At 2 999 the gate is closed until 5 000.
    expect([second.tries, second.said]).toEqual([[6_000], ['3', '3'].map(
      (time) => `The provider has asked for a pause; going on in ${time} s.`,
    )]);
  });

  it('should fail at once where others wait longer than it may', async () => {
    start([asksFor(50_000)]);
    await after(1);
    const { tries, done } = start([], { maxPause: 10_000 });
    await expect(done).rejects.toMatchObject({
      reason: 'rate_limited', retryAfter: expect.any(Number),
      message: 'The provider has asked for a pause of 50 s. Try again then, or raise `maxPause`.',
    });
    expect(tries).toEqual([]);
  });

  it('should say to its task what it waits for, and how long', async () => {
    const pauses: unknown[] = [];
    const pause = (time: number, why: string): Promise<void> => {
      pauses.push([Math.round(time), why]);
      return firstValueFrom(timer(time)).then(() => undefined);
    };
    start([asksFor(2_000), failed()], { pause, random: 0.5 });
    await after(20_000);
    expect(pauses).toEqual([[3_000, 'The provider asks for a pause'], [3_000, 'The provider failed']]);
  });

  it('should give up the wait where it is aborted', async () => {
    start([asksFor(2_000)]);
    const controller = new AbortController();
    await after(1);
    const { tries, done } = start([], { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
    await after(5_000);
    expect(tries).toEqual([]);
  });
});

describe('gateOf', () => {
  const left = (model: LanguageModel): number => Math.round(gateOf(model).left);
  const mine = (config: object): LanguageModel => ({ provider: 'mine', modelId: 'one', config }) as unknown as LanguageModel;

  it('should be one for all models of a provider, and another for each place', () => {
    gateOf(loopback({ url: 'http://127.0.0.1:1/v1' }, 'one')).close(1_000);
    gateOf(`${provider}/one`).close(2_000);
    gateOf(mine({ baseURL: 'http://here' })).close(3_000);
    gateOf(mine({ url: () => { throw new Error('no'); } })).close(4_000);
    expect([
      left(loopback({ url: 'http://127.0.0.1:1/v1' }, 'two')), left(loopback({ url: 'http://127.0.0.1:2/v1' }, 'one')),
      left(`${provider}/two`), left(`${provider}-too/one`), left(mine({ baseURL: 'http://here' })), left(mine({ baseURL: 'http://there' })),
      left(mine({ url: () => { throw new Error('no'); } })),
    ]).toEqual([1_000, 0, 2_000, 0, 3_000, 0, 4_000]);
  });

  it('should be closed for as long as the longest pause', async () => {
    const gate = gateOf(`${provider}/one`);
    gate.close(3_000);
    gate.close(1_000);
    await after(2_000);
    expect(Math.round(gate.left)).toBe(1_000);
    await after(1_000);
    expect(gate.left).toBe(0);
  });
});
