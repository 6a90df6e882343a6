import { demand } from '../demand.js';
import type { Law } from '../play.js';

const ENDED = ['completed', 'failed', 'cancelled'];

/** Law 5: cancel closes the child's subscription in the same frame, and its whole subtree's, and no event of it follows. */
export const closesSubtree: Law = {
  after(world) {
    for (const cancel of world.cancels) {
      for (const { of, status, running, deaf } of cancel.subtree) {
        demand(ENDED.includes(status), () => `${of.id} was ${status} right after the cancel of ${cancel.of.id}.`);
        demand(!running, () => `The subscription of ${of.id} was open right after the cancel of ${cancel.of.id}.`);
        const { outcome } = of.task.snapshot(0);
        demand(!deaf || outcome?.type !== 'cancelled', () =>
          `The signal of ${of.id} had not aborted right after the cancel of ${cancel.of.id}.`);
        demand((outcome?.at ?? 0) <= cancel.at, () => `${of.id} ended in a later frame than the cancel of ${cancel.of.id}.`);
      }
      for (const { of, before, after } of cancel.apart) {
        // One that waited may have got the slot that became free, and ended by itself.
        demand(before === after || after !== 'cancelled', () => `The cancel of ${cancel.of.id} took the detached ${of.id} with it.`);
      }
    }
    // A task that ended by itself takes its subtree with it too.
    for (const one of world.tracked) {
      const { parent } = one;
      if (parent === undefined || one.detached || !world.hasEnded(parent.id)) continue;
      demand(world.hasEnded(one.id), () => `${parent.id} has ended and its child ${one.id} goes on.`);
    }
    noEventFollows(world);
  },
  atEnd(world) {
    for (const { id, run, script } of world.tracked) {
      if (script.shape !== 'observable' || run === undefined) continue;
      demand(run.teardowns === 1, () => `The subscription of ${id} was torn down ${run.teardowns} times.`);
    }
  },
};

function noEventFollows(world: Parameters<NonNullable<Law['after']>>[0]): void {
  const quietSince = new Map<string, number>();
  for (const { nested, moment, subtree } of world.cancels) {
    if (nested) continue;
    for (const { of } of subtree) quietSince.set(of.id, Math.min(quietSince.get(of.id) ?? Infinity, moment));
  }
  if (quietSince.size === 0) return;
  for (const { n, seen } of world.watchers) {
    for (const { event, replayed, moment } of seen) {
      if (replayed || (event.type === 'warning' && event.code === 'unheard_evicted')) continue;
      demand(moment < (quietSince.get(event.taskId) ?? Infinity), () =>
        `Observer ${n} was given ${event.type} of ${event.taskId} after cancel() had returned.`);
    }
  }
}
