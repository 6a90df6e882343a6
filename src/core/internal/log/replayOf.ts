import type { TaskEvent } from '../../events.js';
import { lineEvent, type Printer } from './lineEvent.js';
import type { Window } from './window.js';

/**
 * What a late observer is given: everything since the oldest event from which on nothing has been dropped. Where a line stands among the
 * others, and which attempt it belongs to, they say.
 *
 * @param others - the last events that are no lines
 * @param gone - how many such came before them
 */
export function replayOf(task: Printer, window: Window, others: readonly TaskEvent[], gone: number): TaskEvent[] {
  const { count, dropped } = window;
  const delays: number[] = [];
  const texts = window.tail(Infinity, delays);
  const events: TaskEvent[] = [];
  let line = gone === 0 ? dropped : Math.max(dropped, others[0]!.seq - gone);
  let attempt = 1;
  for (let n = 0; n <= others.length; n++) {
    const other = others[n];
    // How many lines came before an event that is none follows from its place.
    const before = other === undefined ? count : other.seq - gone - n;
    for (; line < before; line++) {
      events.push(lineEvent(task, line + gone + n, delays[line - dropped]!, attempt, texts[line - dropped]!, window.cutOf(line)));
    }
    if (other === undefined) continue;
    attempt = other.attempt;
    if (dropped === 0 || before > dropped) events.push(other);
  }
  return events;
}
