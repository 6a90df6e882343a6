import type { LineEvent, TaskId } from '../../events.js';

/** Whom a line is of. */
export interface Printer {
  readonly id: TaskId;
  /** The time of an event so many milliseconds after the making of the task, or now. */
  at(delay?: number): number;
}

/** The event of a line, made for whoever looks. */
export function lineEvent(task: Printer, seq: number, delay: number, attempt: number, text: string, cut?: number): LineEvent {
  const event: LineEvent = { taskId: task.id, seq, at: task.at(delay), attempt, type: 'line', text };
  return cut === undefined ? event : { ...event, cut };
}
