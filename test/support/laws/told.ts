import type { World } from './world.js';

/** All that anybody was told in a world, as plain data. */
export const toldIn = (world: World): unknown => JSON.parse(JSON.stringify({
  journal: world.journal,
  seen: world.watchers.map(({ n, of, seen, completed, errored }) =>
    ({ n, of: of?.id, events: seen.map(({ event, replayed }) => ({ ...event, replayed })), completed, errored })),
  ended: world.tracked.map(({ id, ended, task }) => ({ id, ended, heard: task.isHeard, endedIds: task.endedIds, now: task.snapshot(Infinity) })),
  runs: world.tracked.map(({ id, run }) => run && {
    id, active: run.active, said: run.said, received: run.received, holds: run.holds, teardowns: run.teardowns, overAt: run.overAt,
    taskId: run.context.taskId, depth: run.context.depth, aborted: run.context.signal.aborted, reason: String(run.context.signal.reason),
  }),
  sent: world.sent.map(({ of, text, id, firstState, receipt, finals, settled }) =>
    ({ of: of.id, text, id, firstState, receipt: receipt && { ...receipt, settled: undefined, error: receipt.error?.message }, settled,
      finals: finals.map((final) => ({ ...final, settled: undefined, error: final.error?.message })) })),
  cancels: world.cancels.map(({ of, answer, subtree, apart }) => ({
    of: of.id, answer, subtree: subtree.map((one) => ({ ...one, of: one.of.id })), apart: apart.map((one) => ({ ...one, of: one.of.id })),
  })),
  refusals: world.refusals,
  crowds: world.crowds,
  collected: world.collected.map(({ of, answer }) => ({ of: of.id, answer: answer && ('thrown' in answer ? String(answer.thrown) : answer) })),
  awaited: world.awaited.map(({ of, reports, completed }) => ({ of: of.id, reports, completed })),
  report: world.report,
  left: world.leftRunning,
})) as unknown;
