import type { TaskSnapshot } from '../../task.js';
import type { TaskRecord } from './taskRecord.js';

/** What a task looks like now, with its last `lines` lines. */
export function snapshotOf(task: TaskRecord, lines: number): TaskSnapshot {
  const { startedAt, endedAt, createdAt, outcome, parentId, usage, window, mailbox } = task;
  return {
    taskId: task.id,
    ...(parentId === undefined ? {} : { parentId }),
    agent: task.name,
    goal: task.brief.goal,
    status: task.status,
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    elapsed: (endedAt ?? task.owner.now()) - (startedAt ?? createdAt),
    lastActivityAt: task.lastActivityAt,
    preview: window?.tail(lines) ?? [],
    windowLines: window?.size ?? 0,
    droppedLines: window?.dropped ?? 0,
    cutLines: window?.cut ?? 0,
    lateOutputs: task.child?.late ?? 0,
    steering: { queued: mailbox?.waiting ?? 0, delivered: mailbox?.delivered ?? 0, missed: mailbox?.missed ?? 0 },
    ...(mailbox === undefined || mailbox.missed === 0 ? {} : { missedSteering: [...mailbox.missedTexts] }),
    ...(usage === undefined ? {} : { usage }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}
