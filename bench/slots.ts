import PQueue from 'p-queue';
import { collect } from '../src/core/collect.js';
import { createSession } from '../src/core/session.js';
import type { Bench, Variant } from './support/bench.js';
import { cpuTime } from './support/measure.js';
import { median } from './support/statistics.js';

const TASKS = 10_000;
const SLOTS = 4;
const SAMPLES = 5;

/** CPU of one of so many trivial tasks through a few slots, each with its result handed to whoever waits for it. */
const through = (run: (count: number) => Promise<unknown>): Variant => async (scale) => {
  const count = scale.of(TASKS);
  for (let warm = 0; warm < 3; warm++) await run(count);
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    globalThis.gc?.();
    const start = cpuTime();
    await run(count);
    times.push((cpuTime() - start) / count);
  }
  return { cpu: median(times) };
};

const trivial = async (): Promise<number> => Promise.resolve(1);
const brief = { goal: 'count' };

export const slots: Bench<'pQueue' | 'sidestream'> = {
  name: 'slots',
  rounds: 5,
  variants: {
    pQueue: through(async (count) => {
      const queue = new PQueue({ concurrency: SLOTS });
      await Promise.all(Array.from({ length: count }, () => queue.add(trivial)));
    }),
    sidestream: through(async (count) => {
      const session = createSession({ maxRunning: SLOTS, overflow: 'queue', maxQueued: count });
      await Promise.all(Array.from({ length: count }, () => collect(session.delegate(trivial, brief))));
      await session.close();
    }),
  },
  rows: [{
    name: 'slots', wanted: '<=', must: 5, aim: 3, unit: '×',
    peer: '10 000 trivial tasks through 4 slots, each collected / p-queue, CPU',
    ratio: (round) => round.sidestream['cpu']! / round.pQueue['cpu']!,
    figures: (medians) => `${(medians.sidestream['cpu']! / 1e3).toFixed(2)} / ${(medians.pQueue['cpu']! / 1e3).toFixed(2)} µs each`,
  }],
};
