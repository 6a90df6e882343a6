import { getEventListeners } from 'node:events';
import { demand } from '../demand.js';
import type { Law } from '../play.js';

/** Law 9: a closed session leaves nothing behind: no running child, timer, abort listener or unhandled rejection. */
export const nothingLeft: Law = {
  after(world) {
    for (const { of, reports, completed } of world.awaited) {
      demand(reports.length <= 1, () => `${of.id} reported ${reports.length} times that it had stopped.`);
      demand(completed === (reports.length === 1), () => `The stop report of ${of.id} did not complete.`);
      for (const { report, running } of reports) {
        demand(of.task.snapshot(0).outcome !== undefined, () => `${of.id} reported its stop before its end.`);
        demand(!report.stopped || running.ids.length === 0, () =>
          `${of.id} says that all of it has stopped, but ${running.ids.join()} runs.`);
        demand(report.stopped || running.maybe.length > 0, () => `${of.id} says that it has not stopped, but nothing of it runs.`);
        demand(report.ids[0] === of.id && new Set(report.ids).size === report.ids.length, () =>
          `${of.id} says that it ended ${report.ids.join()}.`);
      }
    }
    for (const one of world.tracked) {
      if (one.signal === undefined || !world.hasEnded(one.id)) continue;
      demand(getEventListeners(one.signal, 'abort').length === 0, () => `${one.id} has ended and still listens to its signal.`);
    }
    if (!world.isClosed) return;
    for (const { id, task, run } of world.tracked) {
      demand(task.snapshot(0).outcome !== undefined, () => `The session was closed and ${id} goes on.`);
      demand(run === undefined || run.script.shape !== 'observable' || !run.active, () =>
        `The session was closed and the subscription of ${id} is open.`);
    }
    const { running, queued } = world.session.capacity;
    demand(running === 0 && queued === 0, () => 'The session was closed and has tasks that run or wait.');
  },
  atEnd(world) {
    const { report, leftRunning, endedByClose } = world;
    demand(report !== undefined && leftRunning !== undefined, () => 'close() never answered.');
    const { ids, maybe, actions } = leftRunning;
    demand(!report.stopped || actions === 0, () => `The session was closed, and ${actions} actions were still scheduled.`);
    demand(report.stopped === (report.notStopped.length === 0), () =>
      `The report reads stopped: ${report.stopped}, not stopped: ${report.notStopped.join()}.`);
    demand(ids.every((id) => report.notStopped.includes(id)), () =>
      `${ids.join()} still ran, and the report names ${report.notStopped.join()}.`);
    demand(report.notStopped.every((id) => maybe.includes(id)), () =>
      `The report names ${report.notStopped.join()}, but only ${ids.join()} still ran.`);
    demand(endedByClose.every((id) => report.ids.includes(id)), () =>
      `close() ended ${endedByClose.join()}, and the report names ${report.ids.join()}.`);

    demand(world.scheduler.actions.length === 0, () => `${world.scheduler.actions.length} actions are still scheduled.`);
    for (const { of, reports } of world.awaited) demand(reports.length === 1, () => `${of.id} never reported its stop.`);
    for (const { signal } of world.signals) {
      demand(getEventListeners(signal, 'abort').length === 0, () => 'Something still listens to a signal.');
    }
    for (const { of, answer } of world.collected) demand(answer !== undefined, () => `A collect of ${of.id} never answered.`);
  },
};
