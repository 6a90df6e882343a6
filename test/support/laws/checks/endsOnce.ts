import { isOutcome, type Outcome } from '../../../../src/index.js';
import { demand } from '../demand.js';
import type { Law } from '../play.js';
import type { World } from '../world.js';

/** Law 1: a task ends exactly once, whatever races whatever. */
export const endsOnce: Law = {
  after(world) {
    for (const one of world.tracked) {
      const { outcome, status } = one.task.snapshot(0);
      demand((outcome === undefined) === (status === 'queued' || status === 'running'), () =>
        `${one.id} is ${status}, but its outcome is ${outcome?.type}.`);
      demand(one.cancels <= 1, () => `${one.id} was cancelled ${one.cancels} times over.`);
      demand(one.cancels === 0 || outcome?.type === 'cancelled', () => `A cancel() of ${one.id} said true, but it is ${status}.`);
      if (one.ended !== undefined) {
        demand(same(outcome, one.ended.outcome), () =>
          `${one.id} ended twice: ${JSON.stringify(one.ended?.outcome)}, then ${JSON.stringify(outcome)}.`);
      }
    }
    for (const { of, answer, wasEnded } of world.cancels) {
      demand(!answer || !wasEnded, () => `cancel() ended ${of.id}, which had ended.`);
    }
    allAgree(world);
  },
  atEnd(world) {
    for (const one of world.tracked) {
      demand(one.task.snapshot(0).outcome !== undefined, () => `${one.id} never ended.`);
      demand(!one.task.cancel(), () => `${one.id} could be cancelled after its end.`);
    }
    for (const { of, answer } of world.collected) {
      if (answer === undefined) continue;
      const outcome = of.task.snapshot(0).outcome;
      const right = 'thrown' in answer
        ? outcome?.type !== 'completed' || isWaitingCut(answer.thrown)
        : outcome?.type === 'completed' && answer.value === outcome.result;
      demand(right, () => `A collect of ${of.id} answered ${JSON.stringify(answer)}, but it is ${outcome?.type}.`);
    }
  },
};

/** Every observer was told the one outcome that the snapshot has, and told it once. */
function allAgree(world: World): void {
  for (const watcher of world.watchers) {
    const told = new Set<string>();
    for (const { event } of watcher.seen) {
      if (!isOutcome(event)) continue;
      demand(!told.has(event.taskId), () => `Observer ${watcher.n} was told twice how ${event.taskId} ended.`);
      told.add(event.taskId);
      const { outcome } = world.byId(event.taskId)?.task.snapshot(0) ?? {};
      demand(same(outcome, event), () =>
        `Observer ${watcher.n} was told ${JSON.stringify(event)} of ${event.taskId}, which is ${JSON.stringify(outcome)}.`);
    }
  }
}

const isWaitingCut = (thrown: unknown): boolean => thrown === 'aborted by the caller' || (thrown as { code?: unknown }).code === 'timeout';

const same = (a: Outcome | undefined, b: Outcome | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
