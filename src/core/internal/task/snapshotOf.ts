import type { TaskSnapshot } from '../../task.js';
import type { TaskRecord } from './taskRecord.js';

/** What a task looks like now, with its last `lines` lines. */
export function snapshotOf(task: TaskRecord, lines: number): TaskSnapshot {
  const { startedAt, endedAt, createdAt, outcome, parentId, window, mailbox, speech, usage, waitingFor } = task;
  const { clock } = task.owner;
  const hand = lines > 0 ? speech?.transcript?.inHand ?? '' : '';
  // Fields that may be missing are set one by one: spreading them, or reading them off an empty object, took longer than all the rest.
  const snapshot: { -readonly [K in keyof TaskSnapshot]: TaskSnapshot[K] } = {
    taskId: task.id,
    agent: task.name,
    goal: task.brief.goal,
    status: task.status,
    createdAt: clock.wall(createdAt),
    elapsed: (endedAt ?? clock.now()) - (startedAt ?? createdAt),
    lastActivityAt: clock.wall(task.lastActivityAt),
    preview: hand === '' ? window?.tail(lines) ?? [] : [...window?.tail(lines - 1) ?? [], hand],
    windowLines: window?.size ?? 0,
    droppedLines: window?.dropped ?? 0,
    cutLines: window?.cut ?? 0,
    lateOutputs: task.child?.late ?? 0,
    steering: { queued: mailbox?.waiting ?? 0, delivered: mailbox?.delivered ?? 0, missed: mailbox?.missed ?? 0 },
  };
  if (task.meta !== undefined) snapshot.meta = task.meta;
  if (parentId !== undefined) snapshot.parentId = parentId;
  if (startedAt !== undefined) snapshot.startedAt = clock.wall(startedAt);
  if (endedAt !== undefined) snapshot.endedAt = clock.wall(endedAt);
  if (mailbox !== undefined && mailbox.missed > 0) snapshot.missedSteering = [...mailbox.missedTexts];
  if (waitingFor !== undefined) snapshot.waitingFor = waitingFor;
  if (task.questions !== undefined) {
    const { open } = task.questions;
    if (open.length > 0) snapshot.questions = open;
  }
  if (usage !== undefined) snapshot.usage = usage;
  if (outcome !== undefined) snapshot.outcome = outcome;
  return snapshot;
}
