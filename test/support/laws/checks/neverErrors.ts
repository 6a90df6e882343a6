import { isOutcome } from '../../../../src/index.js';
import { demand } from '../demand.js';
import type { Law } from '../play.js';

/** Law 3: `events` never errors; a failed child is a value there. */
export const neverErrors: Law = {
  after(world) {
    for (const { n, errored, completed, what, of, seen } of world.watchers) {
      demand(!errored, () => `The events that observer ${n} watches errored.`);
      if (!completed) continue;
      if (what === 'task') demand(isLast(seen.at(-1)?.event), () =>
        `The events of ${of?.id} completed for observer ${n} without an outcome.`);
      if (what === 'scope') demand(world.hasEnded(of?.id ?? ''), () =>
        `The events below ${of?.id} completed for observer ${n} before it ended.`);
      if (what === 'session') demand(world.isClosed, () => `The session's events completed for observer ${n} before it was closed.`);
    }
    for (const { id, task, run, limited, cancelCauses, parent } of world.tracked) {
      const { outcome } = task.snapshot(0);
      switch (outcome?.type) {
        case 'completed':
          demand(run?.said === 'complete', () => `${id} is completed, but its agent said ${run?.said}.`);
          break;
        case 'failed':
          if (limited && ['deadline_exceeded', 'stalled'].includes(outcome.error.code)) break;
          // What closing a session with a store ends was interrupted, and nobody wanted that.
          if (world.isClosed && ['interrupted', 'not_started'].includes(outcome.error.code)) break;
          demand(run?.said === (outcome.error.code === 'no_result' ? 'complete' : 'error'), () =>
            `${id} failed as ${outcome.error.code}, but its agent said ${run?.said}.`);
          if (outcome.error.code === 'agent_error') {
            demand(/^boom$|unknown/.test(outcome.error.message), () => `${id} failed for another reason: ${outcome.error.message}`);
          }
          break;
        case 'cancelled':
          demand(cancelCauses > 0 || (parent !== undefined && world.hasEnded(parent.id)), () =>
            `${id} is cancelled, but nobody cancelled it.`);
          break;
        case undefined:
      }
    }
  },
  atEnd(world) {
    for (const { n, what, completed, left } of world.watchers) {
      demand(completed || left, () => `The ${what} events that observer ${n} watches never completed.`);
    }
    for (const { of, answer } of world.collected) {
      const { outcome } = of.task.snapshot(0);
      if (answer === undefined || !('thrown' in answer) || outcome?.type === 'completed') continue;
      const { code } = answer.thrown as { code?: unknown };
      const expected = [outcome?.type === 'failed' ? outcome.error.code : 'cancelled', 'timeout', undefined];
      demand(expected.includes(code as string), () =>
        `A collect of ${of.id} rejected with ${String(answer.thrown)}, but it is ${outcome?.type}.`);
    }
  },
};

const isLast = (event: Parameters<typeof isOutcome>[0] | undefined): boolean => event !== undefined && isOutcome(event);
