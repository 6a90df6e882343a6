import type { Figure } from './figure.js';
import { runSpecs } from './runSpecs.js';

const RUNS = 20_000;

/** Whether the first ending that is said always wins. */
export async function* endings(): AsyncGenerator<Figure, void, void> {
  const { passed, tests } = runSpecs('test/laws/01-first-ending', { ENDING_RUNS: `${RUNS}` });
  yield {
    what: `outcomes that differ from the first ending said, in ${RUNS} random schedules of ends, cancels, aborts, closes and teardowns `
      + '(test/laws/01-first-ending)',
    seen: passed ? `0 (${tests})` : tests, must: '0', holds: passed,
  };
}
