import type { EventBase, LineEvent, TaskId } from '../../events.js';

/** Whom a line is of. */
export interface Printer {
  readonly id: TaskId;
  /** The time that its lines are counted from. */
  readonly began: number;
  readonly meta?: EventBase['meta'] | undefined;
}

/** The event of a line, made for whoever looks. @param delay - milliseconds since `began` */
export function lineEvent(task: Printer, seq: number, delay: number, attempt: number, text: string, cut?: number): LineEvent {
  const event: LineEvent = { taskId: task.id, seq, at: task.began + delay, attempt, type: 'line', text };
  const { meta } = task;
  if (meta !== undefined) return { ...event, meta, ...cut !== undefined && { cut } };
  return cut === undefined ? event : { ...event, cut };
}
