import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuPerOperation, use } from './support/measure.js';
import { linesOf, ourProducers, plainProducers, printEach, sessionForMany, type Producers } from './support/producers.js';
import { shuffled } from './support/statistics.js';

const TASKS = 100_000;
const CHECKS = 20_000;
const SECONDS = 20;

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

const ours: Variant = (scale) => {
  const session = sessionForMany();
  return both(printed(ourProducers(scale.of(TASKS), session)), (task) => task.snapshot(), () => session.list(10));
};

const plain: Variant = (scale) => {
  const producers = printed(plainProducers(scale.of(TASKS)));
  return both(producers, (task) => task.check(), () => producers.tasks.map((task) => task.check()));
};

const us = (value = NaN): string => `${(value / 1e3).toFixed(2)} µs`;

const row = (name: 'check' | 'list', peer: string): Row<'ours' | 'plain'> => ({
  name: `check-and-list: ${name}`, peer, wanted: '>=', must: 5, aim: 10, unit: '×',
  ratio: (round) => round.plain[name]! / round.ours[name]!,
  figures: (medians) => `${us(medians.plain[name])} / ${us(medians.ours[name])} a task`,
});

export const checkAndList: Bench<'ours' | 'plain'> = {
  name: 'check-and-list',
  rounds: 3,
  variants: { ours, plain },
  rows: [
    row('check', `replay and slice / task.snapshot(), one of ${TASKS} tasks of ${SECONDS} lines drawn at random`),
    row('list', `replay and slice of every task / session.list(10), ${TASKS} tasks of ${SECONDS} lines`),
  ],
};
