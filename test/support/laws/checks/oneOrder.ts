import { isDeepStrictEqual } from 'node:util';
import type { TaskEvent } from '../../../../src/index.js';
import { demand } from '../demand.js';
import type { Law } from '../play.js';
import type { World } from '../world.js';

/** Law 6: all observers see one order, also when one of them acts from inside `next`. */
export const oneOrder: Law = {
  after(world) {
    const known = new Map<string, TaskEvent>();
    for (const { n, seen } of world.watchers) {
      const last = new Map<string, number>();
      for (const { event } of seen) {
        const { taskId, seq } = event;
        if (event.type === 'warning' && event.code === 'unheard_evicted') continue;
        const before = last.get(taskId);
        demand(before === undefined || seq > before, () => `Observer ${n} was given ${seq} of ${taskId} after ${before}.`);
        demand(before === undefined || seq === before + 1, () =>
          `Observer ${n} was given ${seq} of ${taskId} after ${before}: one is missing.`);
        last.set(taskId, seq);
        const key = `${taskId}#${seq}`;
        const other = known.get(key);
        if (other === undefined) known.set(key, event);
        else demand(other === event || isDeepStrictEqual(other, event), () => `Two observers were given different events ${key}.`);
      }
    }
    acrossTasks(world);
  },
};

/** Live events came to every observer in the order in which they came to the first. */
function acrossTasks(world: World): void {
  const live = world.watchers.flatMap((watcher) => watcher.seen.filter(({ replayed }) => !replayed).map((seen) => ({ watcher, ...seen })));
  live.sort((a, b) => a.moment - b.moment);
  const ranks = new Map<string, number>();
  const reached = new Map<number, readonly [number, string]>();
  for (const { event, watcher } of live) {
    const key = `${event.taskId}#${event.seq}`;
    const rank = ranks.get(key) ?? ranks.size;
    ranks.set(key, rank);
    const [before, beforeKey] = reached.get(watcher.n) ?? [-1, ''];
    demand(rank > before, () => `Observer ${watcher.n} was given ${key} after ${beforeKey}; another one before it.`);
    reached.set(watcher.n, [rank, key]);
  }
}
