import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const RUNS = 20_000;

/** Whether agents made of agents leave anybody behind, believe a failed attempt, or break a cap. */
export async function* compose(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/compose/laws', { COMPOSE_RUNS: `${RUNS}` });
  yield {
    what: `losers alive after the end / results of a failed attempt / tasks over a cap, in ${RUNS} random schedules over combinators `
      + 'nested three deep (test/compose/laws)',
    seen: passed ? `0 / 0 / 0 (${tests})` : tests, must: '0 / 0 / 0', holds: passed,
  };
}
