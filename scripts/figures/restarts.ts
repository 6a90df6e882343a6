import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const RUNS = 1_000;

/** Whether every wrapper's model hears of each end when the process ends in the middle of its turns. */
export async function* restarts(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/parents/restart.spec', { RESTART_RUNS: `${RUNS}` });
  yield {
    what: `ends lost, told as new after they were read, or told again by another id where the process ends at each moment of a turn, and `
      + `in ${RUNS} random schedules of several lives, for each of the wrappers’ real loops (test/parents/restart)`,
    seen: passed ? `0 / 0 / 0 (${tests})` : tests, must: '0 / 0 / 0', holds: passed,
  };
}
