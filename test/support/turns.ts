import { setImmediate } from 'node:timers/promises';

/** Lets everything that waits for promises, and for promises of those, come to rest. Says nothing about timers. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}
