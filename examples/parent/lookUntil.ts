import { setTimeout as delay } from 'node:timers/promises';
import type { Caller } from './createCaller.js';
import type { Answer } from './printer.js';
import { textOf } from './textOf.js';

/** Milliseconds from one look to the next: soon at first, then with patience, and then no more. */
const pauses = [100, 100, 100, 100, 200, 200, 200, 400, 400, 800, 800];

/** Looks in on a child until what is hoped for can be seen, or cannot come any more. Answers whether it was seen. */
export async function lookUntil(
  call: Caller,
  task_id: string,
  isSeen: (lines: readonly string[], answer: Answer) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  for (const pause of pauses) {
    await delay(pause, undefined, { signal });
    const answer = await call('check_task', { task_id });
    if (isSeen(textOf(answer, 'output_preview').split('\n'), answer)) return true;
    if (answer['status'] !== 'running') return false;
  }
  return false;
}
