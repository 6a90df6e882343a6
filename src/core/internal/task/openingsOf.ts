import type { QueuedEvent, StartedEvent, TaskId } from '../../events.js';

/** What of a task its first events say. */
interface Opened {
  readonly id: TaskId;
  readonly parentId: TaskId | undefined;
  readonly name: string;
  readonly brief: { readonly goal: string };
  readonly depth: number;
  readonly meta: StartedEvent['meta'];
  readonly wasQueued?: boolean;
  readonly startDelay?: number;
  at(delay: number): number;
}

type OpeningEvent = QueuedEvent | StartedEvent;

/** The first events of a task, which it can tell at any time. */
export function openingsOf(task: Opened): readonly OpeningEvent[] {
  const { startDelay } = task;
  if (task.wasQueued !== true) return startDelay === undefined ? [] : [openingOf(task, 'started', 0, startDelay)];
  const queued = openingOf(task, 'queued', 0, 0);
  return startDelay === undefined ? [queued] : [queued, openingOf(task, 'started', 1, startDelay)];
}

// Field by field: of a task that waits and is watched, spreading them took longer than all the rest.
function openingOf(task: Opened, type: OpeningEvent['type'], seq: number, delay: number): OpeningEvent {
  const { id: taskId, parentId, meta, name: agent, brief: { goal }, depth } = task;
  const event: { -readonly [K in keyof OpeningEvent]: OpeningEvent[K] } = {
    taskId, seq, at: task.at(delay), attempt: 1, type, agent, goal, depth,
  };
  if (meta !== undefined) event.meta = meta;
  if (parentId !== undefined) event.parentId = parentId;
  return event;
}
