import type { LineEvent, TaskEvent } from '../../events.js';
import type { Window } from './window.js';

/** Makes the event of a line. */
export type ToLine = (seq: number, delay: number, attempt: number, text: string, cut?: number) => LineEvent;

/**
 * What a late observer is given: everything since the oldest event from which on nothing has been dropped. Where a line stands among the
 * others, and which attempt it belongs to, they say.
 *
 * @param others - the last events that are no lines
 * @param gone - how many such came before them
 */
export function replayOf(window: Window, others: readonly TaskEvent[], gone: number, toLine: ToLine): TaskEvent[] {
  const { count, dropped } = window;
  const delays: number[] = [];
  const texts = window.tail(Infinity, delays);
  const events: TaskEvent[] = [];
  // How many lines came before an event that is none follows from its place.
  let line = gone === 0 ? dropped : Math.max(dropped, others[0]!.seq - gone);
  let attempt = 1;
  for (let other = 0; other <= others.length; other++) {
    const next = others[other];
    const before = next === undefined ? count : next.seq - gone - other;
    for (; line < before; line++) {
      events.push(toLine(line + gone + other, delays[line - dropped]!, attempt, texts[line - dropped]!, window.cutOf(line)));
    }
    if (next === undefined) break;
    attempt = next.attempt;
    if (dropped === 0 || before > dropped) events.push(next);
  }
  return events;
}
