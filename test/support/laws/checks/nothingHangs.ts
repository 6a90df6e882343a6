import { demand } from '../demand.js';
import type { Law } from '../play.js';
import type { World } from '../world.js';

/** Beside the ten: the caps hold at every moment, a refusal is true, and a waiting task starts when there is room. */
export const nothingHangs: Law = {
  after(world) {
    const { maxRunning, maxQueued, maxDepth, maxDescendants, overflow } = world.history.limits;
    for (const { depth, running } of world.crowds) {
      demand(running <= maxRunning, () => `${running} of ${maxRunning} tasks of generation ${depth} ran at once.`);
      demand(depth <= maxDepth, () => `A task of generation ${depth} ran.`);
    }
    for (let depth = 1; depth <= maxDepth; depth++) {
      const waiting = world.tracked.filter((one) => one.depth === depth && one.task.snapshot(0).status === 'queued').length;
      const running = world.tracked.filter((one) => one.depth === depth && one.task.snapshot(0).status === 'running').length;
      demand(running <= maxRunning && waiting <= maxQueued, () =>
        `Generation ${depth} has ${running} running and ${waiting} waiting tasks.`);
      demand(waiting === 0 || running === maxRunning, () => `${waiting} tasks of generation ${depth} wait, though only ${running} run.`);
      if (depth === 1) {
        const { capacity } = world.session;
        demand(capacity.running === running && capacity.queued === waiting && capacity.limit === maxRunning, () =>
          `The session says ${JSON.stringify(capacity)}, but ${running} run and ${waiting} wait.`);
      }
    }
    for (const root of world.tracked) {
      if (root.parent !== undefined) continue;
      const below = world.tracked.filter((one) => world.isBelow(one, root)).length;
      demand(below <= maxDescendants, () => `${below} tasks were started below ${root.id}.`);
    }
    for (const { code, capacity: { running, queued }, depth, descendants, closed, parentRuns } of world.refusals) {
      const atCap = overflow === 'reject' ? running >= maxRunning : running + queued >= maxRunning && queued >= maxQueued;
      const reason = {
        limit_reached: atCap || (depth > 1 && descendants >= maxDescendants),
        depth_exceeded: depth > maxDepth,
        not_running: !parentRuns,
        session_closed: closed,
      }[code];
      demand(reason === true, () => `delegate() was refused as ${code} without reason.`);
    }
    kept(world);
  },
};

/** No more is kept than is to be kept, and what was forgotten is known to have been. */
function kept(world: World): void {
  const { retain } = world.history.limits;
  const listed = new Map(world.session.list().map((snapshot) => [snapshot.taskId, snapshot]));
  const ended = world.tracked.filter((one) => listed.has(one.id) && world.hasEnded(one.id));
  const heard = ended.filter((one) => one.heard || world.collected.some(({ of, answer }) => of === one && answer !== undefined));
  demand(heard.length <= retain.count + retain.unheard && ended.length <= retain.count + retain.unheard, () =>
    `${ended.length} ended tasks are kept, ${heard.length} of them heard of.`);
  for (const one of world.tracked) {
    const isKept = world.session.get(one.id) !== undefined;
    demand(isKept !== world.session.isEvicted(one.id), () => `${one.id} is ${isKept ? '' : 'not '}kept, and evicted or not alike.`);
    demand(isKept || world.hasEnded(one.id), () => `${one.id} was forgotten before it ended.`);
    demand(isKept === listed.has(one.id), () => `${one.id} is ${isKept ? '' : 'not '}kept, and listed or not alike.`);
    if (one.parent?.run !== undefined && isKept) {
      demand(one.parent.run.context.get(one.id) === one.task, () => `${one.parent?.id} cannot see its child ${one.id}.`);
    }
  }
}
