import type { TaskSnapshot } from '../../task.js';
import type { Window } from '../log/window.js';
import type { Mailbox } from '../steering/mailbox.js';
import type { TaskRecord } from './taskRecord.js';

/** What a task looks like now, with its last `lines` lines. */
export function snapshotOf(task: TaskRecord, lines: number): TaskSnapshot {
  const { startedAt, endedAt, createdAt, outcome, parentId, window, mailbox, speech } = task;
  const { clock } = task.owner;
  const { waiting: queued = 0, delivered = 0, missed = 0, missedTexts = [] }: Partial<Mailbox> = mailbox ?? {};
  const { size = 0, dropped = 0, cut = 0 }: Partial<Window> = window ?? {};
  const usage = speech?.usage;
  const hand = lines > 0 ? speech?.transcript?.inHand ?? '' : '';
  // Fields that may be missing are set one by one: spreading them took three times as long as all the rest.
  const snapshot: { -readonly [K in keyof TaskSnapshot]: TaskSnapshot[K] } = {
    taskId: task.id,
    agent: task.name,
    goal: task.brief.goal,
    status: task.status,
    createdAt: clock.wall(createdAt),
    elapsed: (endedAt ?? clock.now()) - (startedAt ?? createdAt),
    lastActivityAt: clock.wall(task.lastActivityAt),
    preview: hand === '' ? window?.tail(lines) ?? [] : [...window?.tail(lines - 1) ?? [], hand],
    windowLines: size,
    droppedLines: dropped,
    cutLines: cut,
    lateOutputs: task.child?.late ?? 0,
    steering: { queued, delivered, missed },
  };
  if (parentId !== undefined) snapshot.parentId = parentId;
  if (startedAt !== undefined) snapshot.startedAt = clock.wall(startedAt);
  if (endedAt !== undefined) snapshot.endedAt = clock.wall(endedAt);
  if (missed > 0) snapshot.missedSteering = [...missedTexts];
  if (usage !== undefined) snapshot.usage = usage;
  if (outcome !== undefined) snapshot.outcome = outcome;
  return snapshot;
}
