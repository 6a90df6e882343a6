import { Observable, type Subscriber } from 'rxjs';
import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuOnce, heapInUse, use } from './support/measure.js';
import { linesOf, ourProducers, plainProducers, printEach, type Producers } from './support/producers.js';

/** How many tasks live for how many seconds, the first of them untimed: in the second case every window is full by then. */
const CASES = { many: { tasks: 100_000, seconds: 20, untimed: 0 }, full: { tasks: 2_000, seconds: 1_500, untimed: 200 } } as const;
type Case = keyof typeof CASES;

/**
 * Starts the tasks and lets every child print a line a second, without waiting for the seconds. Nobody observes: checks and late observers
 * have benches of their own. Heap is all that the tasks and their lines keep. CPU is what printing adds to the making of the same lines for
 * nobody: so all garbage that a design makes counts, wherever its collection falls.
 */
const living = (which: Case, start: (count: number) => Producers<unknown>): Variant => async (scale) => {
  const { tasks, seconds, untimed } = CASES[which];
  const count = scale.of(tasks);
  const print = (children: Producers<unknown>['children'], from: number, to: number): void => {
    for (let second = from; second < to; second++) printEach(children, linesOf(children.length, second));
  };
  const warm = start(500);
  print(warm.children, 0, 300);
  const nobody: Subscriber<string>[] = [];
  const idle = new Observable<string>((child) => { nobody.push(child); });
  for (let n = 0; n < count; n++) use(idle.subscribe());
  print(nobody.slice(0, 500), 0, 300);

  await heapInUse();
  const making = cpuOnce(() => { print(nobody, untimed, seconds); });
  const empty = await heapInUse();
  const producers = start(count);
  print(producers.children, 0, untimed);
  const all = cpuOnce(() => { print(producers.children, untimed, seconds); });
  const heap = (await heapInUse() - empty) / count;
  use(warm);
  use(nobody);
  use(producers);
  return { cpu: (all - making) / count / (seconds - untimed), heap };
};

type Side = 'ours' | 'plain';
type Name = `${Side} ${Case}`;

const rowsOf = (which: Case, musts: { cpu: [number, number]; heap: [number, number] }): readonly Row<Name>[] => {
  const { tasks, seconds } = CASES[which];
  const scene = `${tasks} tasks, a line a second each for ${seconds} s, no observer`;
  const of = (kind: 'cpu' | 'heap', show: (measurement: Measurement) => string): Row<Name> => ({
    name: `live-tasks: ${kind}${which === 'full' ? ', full windows' : ''}`,
    wanted: '>=', must: musts[kind][0], aim: musts[kind][1], unit: '×',
    peer: `the plain RxJS design / a session, ${kind === 'cpu' ? 'CPU' : 'heap'}, ${scene}`,
    ratio: (round) => round[`plain ${which}`][kind]! / round[`ours ${which}`][kind]!,
    figures: (medians) => `${show(medians[`plain ${which}`])} / ${show(medians[`ours ${which}`])}`,
  });
  return [
    of('cpu', (measurement) => `${measurement['cpu']!.toFixed(0)} ns a line`),
    of('heap', (measurement) => `${(measurement['heap']! / 1e3).toFixed(2)} kB a task`),
  ];
};

export const liveTasks: Bench<Name> = {
  name: 'live-tasks',
  rounds: 3,
  variants: {
    'ours many': living('many', ourProducers),
    'plain many': living('many', plainProducers),
    'ours full': living('full', ourProducers),
    'plain full': living('full', plainProducers),
  },
  rows: [
    ...rowsOf('many', { cpu: [1.1, 1.5], heap: [2, 2.5] }),
    ...rowsOf('full', { cpu: [3, 4], heap: [2.4, 3] }),
  ],
};
