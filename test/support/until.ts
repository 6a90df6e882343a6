import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than anything here takes, and less than a test may. */
const LIMIT = 100_000;

/** Waits until something holds. The limit is for what never will: how fast the machine is decides nothing. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT;
  while (!await holds()) {
    await sleep(5);
    if (performance.now() > end) throw new Error(`After ${LIMIT / 1_000} s this still does not hold: ${String(holds)}`);
  }
}
