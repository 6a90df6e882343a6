import { Effect } from 'effect';
import { NEVER } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuAndHeapOnce, use } from './support/measure.js';
import { PlainTask } from './support/plainTask.js';
import { sessionForMany } from './support/producers.js';

const TASKS = 100_000;
const WARM = 5_000;

/** Starts so many of something and keeps them, after a few others that warm up. */
const keeping = (starter: () => (n: number) => unknown): Variant => async (scale) => {
  const many = (count: number): unknown[] => {
    const start = starter();
    const kept = new Array<unknown>(count);
    for (let n = 0; n < count; n++) kept[n] = start(n);
    return kept;
  };
  const warm: unknown[] = [];
  for (let times = 0; times < 3; times++) await cpuAndHeapOnce(WARM, () => warm.push(many(WARM)));
  const tasks = scale.of(TASKS);
  const measured = await cpuAndHeapOnce(tasks, () => many(tasks));
  use(warm);
  return measured;
};

const brief = { goal: 'wait' };

/** The session has default options, but for the cap. The brief is the caller's: all share one. */
const delegating = (agent: Agent): Variant => keeping(() => {
  const session = sessionForMany();
  return () => session.delegate(agent, brief);
});

type Name = 'effect' | 'promise' | 'observable' | 'plain';

const us = (measurement: Measurement): string => `${(measurement['cpu']! / 1e3).toFixed(2)} µs`;
const heap = (measurement: Measurement): string => `${measurement['heap']!.toFixed(0)} B`;

const rowsOf = (variant: Name, child: string): readonly Row<Name>[] => [
  {
    name: `spawn: ${variant}`, wanted: '<=', must: 2.6, aim: 2, unit: '×',
    peer: `delegating ${child} / Effect.runFork(Effect.never), CPU`,
    ratio: (round) => round[variant]['cpu']! / round.effect['cpu']!,
    figures: (medians) => `${us(medians[variant])} / ${us(medians.effect)} each`,
  },
  {
    name: `spawn: bytes, ${variant}`, wanted: '<=', must: 450, aim: 400, unit: 'B',
    peer: `heap kept by a task with ${child}`,
    ratio: (round) => round[variant]['heap']!,
    figures: (medians) => `Effect’s fiber ${heap(medians.effect)}, the plain RxJS design ${heap(medians.plain)}`,
  },
];

export const spawn: Bench<Name> = {
  name: 'spawn',
  rounds: 5,
  variants: {
    effect: keeping(() => () => Effect.runFork(Effect.never)),
    promise: delegating(() => new Promise<string>(() => undefined)),
    observable: delegating(() => NEVER),
    plain: keeping(() => (n) => new PlainTask(`agent-${n}`, () => NEVER)),
  },
  rows: [
    ...rowsOf('promise', 'a never-settling promise'),
    ...rowsOf('observable', 'an Observable that never emits'),
    {
      name: 'spawn: plain', wanted: '>=', must: null, aim: null, unit: '×',
      peer: 'the plain RxJS design / delegating an Observable that never emits, CPU',
      ratio: (round) => round.plain['cpu']! / round.observable['cpu']!,
      figures: (medians) => `${us(medians.plain)} / ${us(medians.observable)} each`,
    },
  ],
};
