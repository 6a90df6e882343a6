import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const RUNS = 2_000;

/** Whether every wrapper's model hears of each end, once. */
export async function* hearing(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/parents/hearing.spec', { HEARING_RUNS: `${RUNS}` });
  yield {
    what: `ends lost or told twice in ${RUNS} random schedules of endings, tool reads, failing requests, aborts and dropped turns, `
      + 'for each of the wrappers’ real loops (test/parents/hearing)',
    seen: passed ? `0 / 0 (${tests})` : tests, must: '0 / 0', holds: passed,
  };
}
