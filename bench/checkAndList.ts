import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuPerOperation, use } from './support/measure.js';
import { linesOf, ourProducers, plainProducers, printEach, sessionForMany, type Producers } from './support/producers.js';
import { shuffled } from './support/statistics.js';

const TASKS = 100_000;
const CHECKS = 20_000;
const SECONDS = 20;
/** So few tasks that they fit into the caches. */
const HOT = 10;

/** Tasks that have printed a few lines each. */
function printed<T>(producers: Producers<T>): Producers<T> {
  for (let second = 0; second < SECONDS; second++) printEach(producers.children, linesOf(producers.children.length, second));
  return producers;
}

/** Checks tasks drawn at random, and lists all. */
async function both<T>({ tasks }: Producers<T>, check: (task: T) => unknown, list: () => readonly unknown[]): Promise<Measurement> {
  const drawn = shuffled(tasks).slice(0, CHECKS);
  const checking = await cpuPerOperation(drawn.length, () => {
    for (const task of drawn) use(check(task));
  }, 5);
  const listing = await cpuPerOperation(tasks.length, list, 3);
  return { check: checking, list: listing };
}

/** Checks a few tasks again and again. */
async function hot<T>({ tasks }: Producers<T>, check: (task: T) => unknown): Promise<Measurement> {
  return { hot: await cpuPerOperation(CHECKS, () => {
    for (let n = 0; n < CHECKS; n++) use(check(tasks[n % HOT]!));
  }) };
}

const ours: Variant = (scale) => {
  const session = sessionForMany();
  return both(printed(ourProducers(scale.of(TASKS), session)), (task) => task.snapshot(), () => session.list(10));
};

const plain: Variant = (scale) => {
  const producers = printed(plainProducers(scale.of(TASKS)));
  return both(producers, (task) => task.check(), () => producers.tasks.map((task) => task.check()));
};

const us = (value = NaN): string => `${(value / 1e3).toFixed(2)} µs`;

type Name = 'ours' | 'plain' | 'hotOurs' | 'hotPlain';

const row = (
  name: 'check' | 'list' | 'hot', peer: string, must: number, aim: number, theirs: Name = 'plain', our: Name = 'ours',
): Row<Name> => ({
  name: `check-and-list: ${name}`, peer, wanted: '>=', must, aim, unit: '×',
  ratio: (round) => round[theirs][name]! / round[our][name]!,
  figures: (medians) => `${us(medians[theirs][name])} / ${us(medians[our][name])} a task`,
});

export const checkAndList: Bench<Name> = {
  name: 'check-and-list',
  rounds: 3,
  variants: {
    ours,
    plain,
    hotOurs: () => hot(printed(ourProducers(HOT)), (task) => task.snapshot()),
    hotPlain: () => hot(printed(plainProducers(HOT)), (task) => task.check()),
  },
  rows: [
    row('check', `replay and slice / task.snapshot(), one of ${TASKS} tasks of ${SECONDS} lines drawn at random`, 1.5, 3),
    row('list', `replay and slice of every task / session.list(10), ${TASKS} tasks of ${SECONDS} lines`, 1.1, 3),
    row('hot', `replay and slice / task.snapshot(), ${HOT} tasks of ${SECONDS} lines, in turn`, 2, 4, 'hotPlain', 'hotOurs'),
  ],
};
