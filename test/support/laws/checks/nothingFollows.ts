import { isOutcome } from '../../../../src/index.js';
import { demand } from '../demand.js';
import type { Law } from '../play.js';

/** Law 2: nothing follows the outcome; late output is counted, never applied. */
export const nothingFollows: Law = {
  after(world) {
    for (const watcher of world.watchers) {
      const ended = new Map<string, number>();
      for (const { event } of watcher.seen) {
        // A scope is told when an unheard task had to be forgotten: of the task, not by it.
        if (event.type === 'warning' && event.code === 'unheard_evicted' && watcher.what !== 'task') continue;
        demand(!ended.has(event.taskId), () =>
          `Observer ${watcher.n} was given ${event.type} ${event.seq} of ${event.taskId} after its outcome.`);
        if (isOutcome(event)) ended.set(event.taskId, event.seq);
        const last = world.byId(event.taskId)?.task.snapshot(0).outcome?.seq ?? Infinity;
        demand(event.seq <= last, () => `${event.type} ${event.seq} of ${event.taskId} was numbered after its outcome ${last}.`);
      }
    }
    for (const one of world.tracked) {
      if (one.ended === undefined) continue;
      const { lateOutputs: _, ...now } = one.task.snapshot();
      const { lateOutputs: __, ...then } = one.ended;
      demand(JSON.stringify(now) === JSON.stringify(then), () =>
        `${one.id} changed after its end:\n${JSON.stringify(then)}\n${JSON.stringify(now)}`);
    }
  },
  atEnd(world) {
    for (const one of world.tracked) {
      if (one.script.shape !== 'observable' || one.run === undefined) continue;
      const { lateOutputs } = one.task.snapshot(0);
      demand(lateOutputs === one.run.late, () =>
        `${one.id} put out ${one.run?.late} things after its end, and ${lateOutputs} were counted.`);
    }
  },
};
