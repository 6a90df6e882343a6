import { setImmediate as turn } from 'node:timers/promises';
import { median } from './statistics.js';

const MICROSECOND = 1_000;

/** CPU nanoseconds of this process so far, those of the garbage collector and the compiler included. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * MICROSECOND;
}

/**
 * CPU nanoseconds that one of `count` operations takes: the median of several samples, after others that only warm up.
 *
 * The garbage is collected before each sample. V8 throws compiled code away with the last object of a kind that it was made for, so what
 * works must stay alive between the samples: make it before, not inside.
 */
export async function cpuPerOperation(count: number, work: () => unknown, samples = 9): Promise<number> {
  for (let warm = 0; warm < 3; warm++) await work();
  const times: number[] = [];
  for (let sample = 0; sample < samples; sample++) {
    await collectGarbage(1);
    const start = cpuTime();
    const done = work();
    use(done instanceof Promise ? await done : done);
    times.push((cpuTime() - start) / count);
  }
  return median(times);
}

/** CPU nanoseconds that some work takes. */
export function cpuOnce(work: () => void): number {
  const start = cpuTime();
  work();
  return cpuTime() - start;
}

/** CPU nanoseconds that one of `count` operations takes where the work can be done only once, and the heap that it leaves behind. */
export async function cpuAndHeapOnce(count: number, work: () => unknown): Promise<{ readonly cpu: number; readonly heap: number }> {
  const before = await heapInUse();
  const start = cpuTime();
  const kept = work();
  // What was put off to a later turn belongs to it.
  for (let turns = 0; turns < 5; turns++) await turn();
  const cpu = (cpuTime() - start) / count;
  const heap = (await heapInUse() - before) / count;
  use(kept);
  return { cpu, heap };
}

/** Bytes of live heap. */
export async function heapInUse(): Promise<number> {
  await collectGarbage(4);
  return process.memoryUsage().heapUsed;
}

/** The same without a turn, for the inside of a loop. */
export function heapInUseNow(): number {
  gc!();
  gc!();
  return process.memoryUsage().heapUsed;
}

async function collectGarbage(times: number): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('Start node with --expose-gc.');
  for (let time = 0; time < times; time++) {
    await turn();
    globalThis.gc();
  }
}

let sink: unknown;

/** Keeps the compiler from leaving out what nobody looks at. */
export function use(value: unknown): void {
  sink = value;
  if (sink === use) throw new Error('This is never so.');
}
