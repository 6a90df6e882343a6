import type { SteeringReceipt } from '../../../src/index.js';
import type { Tracked } from './facts.js';
import type { World } from './world.js';

/** All that anybody was told in a world, as plain data. */
export const toldIn = (world: World): unknown => JSON.parse(JSON.stringify({
  journal: world.journal,
  seen: world.watchers.map(({ n, of, seen, completed, errored }) =>
    ({ n, of: of?.id, events: seen.map(({ event, replayed }) => ({ ...event, replayed })), completed, errored })),
  tasks: world.tracked.map(({ id, ended, task, run }) =>
    ({ id, ended, heard: task.isHeard, endedIds: task.endedIds, now: task.snapshot(Infinity), run: run && ranAs(run) })),
  sent: world.sent.map(({ of, text, id, firstState, receipt, finals, settled }) =>
    ({ of: of.id, text, id, firstState, receipt: receipt && plain(receipt), finals: finals.map(plain), settled })),
  cancels: world.cancels.map(({ of, answer, subtree, apart }) =>
    ({ of: of.id, answer, subtree: subtree.map(byId), apart: apart.map(byId) })),
  refusals: world.refusals,
  crowds: world.crowds,
  collected: world.collected.map(({ of, answer }) =>
    ({ of: of.id, answer: answer && ('thrown' in answer ? String(answer.thrown) : answer) })),
  awaited: world.awaited.map(({ of, reports, completed }) => ({ of: of.id, reports, completed })),
  report: world.report,
  left: world.leftRunning,
})) as unknown;

const ranAs = ({ context, active, said, received, holds, teardowns, overAt }: NonNullable<Tracked['run']>) => ({
  taskId: context.taskId, depth: context.depth, aborted: context.signal.aborted, reason: String(context.signal.reason),
  active, said, received, holds, teardowns, overAt,
});

const plain = ({ settled: _, error, ...receipt }: SteeringReceipt) => ({ ...receipt, error: error?.message });

const byId = <T extends { readonly of: Tracked }>(one: T) => ({ ...one, of: one.of.id });
