import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

/**
 * Lets everything that waits for promises, and for promises of those, come to rest. Timers of no time at all pass, too: an async iterable
 * that has had the event loop for long waits for one, and on a busy machine a single step is long. Says nothing about other timers.
 */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await setImmediate();
    await sleep(0);
  }
}
