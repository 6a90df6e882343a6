import { isDeepStrictEqual } from 'node:util';
import { demand } from '../demand.js';
import type { Task } from '../../../../src/index.js';
import type { World } from '../world.js';

/** Law 4, by comparison: the same history with and without observers that come and go comes to the same. */
export function sameWithout(watched: World, alone: World): void {
  demand(isDeepStrictEqual(watched.journal, alone.journal), () =>
    `Observed, the agents lived ${JSON.stringify(watched.journal)}; alone ${JSON.stringify(alone.journal)}.`);
  for (const [n, one] of watched.tracked.entries()) {
    const other = alone.tracked[n];
    demand(isDeepStrictEqual(pictureOf(one.task), other === undefined ? undefined : pictureOf(other.task)), () =>
      `Observed, ${one.id} is ${JSON.stringify(one.task.snapshot())}; alone ${JSON.stringify(other?.task.snapshot())}.`);
    demand(isDeepStrictEqual(one.run?.received, other?.run?.received), () => `Observed, ${one.id} was given other messages than alone.`);
  }
  for (const { n, what, of, left, completed, seen } of watched.watchers) {
    demand(left || completed, () => `Observer ${n} stayed, and was lost when another one came or went.`);
    if (left || what !== 'task') continue;
    const gaps = seen.some(({ event }, k) => k > 0 && event.seq !== seen[k - 1]!.event.seq + 1);
    demand(!gaps && seen.at(-1)?.event.seq === of?.task.snapshot(0).outcome?.seq, () => `Observer ${n} of ${of?.id} missed events.`);
  }
  demand(watched.tracked.length === alone.tracked.length, () => 'Observed, other tasks were started than alone.');
}

/** Messages are numbered over the whole session, those of observers included: what counts here are their texts. */
function pictureOf(task: Task): object {
  const { missedSteering, ...rest } = task.snapshot(1_000);
  return { ...rest, missed: missedSteering?.map(({ text }) => text) };
}
