import { distinctUntilChanged, filter, map, merge, mergeMap, startWith, takeUntil, type Observable } from 'rxjs';
import type { Session, Task, TaskEvent } from 'sidestream';

/** A frame of `text/event-stream`. Those that have an id are not sent again to who has seen them; the others say how things are now. */
export interface Frame {
  readonly event: 'line' | 'hand' | 'questions' | 'ended';
  readonly id?: number;
  readonly data: unknown;
}

/** What a page shows of a task: its lines, what is in hand of the next, what it asks now, and how it ended. @param last - what was seen */
export function framesOf(session: Session, task: Task, last: number): Observable<Frame> {
  const inHand = (): string => {
    const { preview, windowLines } = task.snapshot(Infinity);
    return preview[windowLines] ?? '';
  };
  const events = task.events.pipe(filter(({ seq }) => seq > last), mergeMap(frameOf));
  const hands = task.outputs.pipe(filter(({ type }) => type === 'text'), startWith(undefined), map(inHand), distinctUntilChanged());
  const asked = session.questions.pipe(
    map((open) => open.filter(({ taskId }) => taskId === task.id)),
    distinctUntilChanged((one, other) => one.length === other.length && one.every(({ id }, n) => id === other[n]!.id)),
    takeUntil(task.ended),
  );
  return merge(
    asked.pipe(map((data): Frame => ({ event: 'questions', data }))),
    events,
    hands.pipe(map((data): Frame => ({ event: 'hand', data }))),
  );
}

function frameOf(event: TaskEvent): readonly Frame[] {
  const { seq: id } = event;
  switch (event.type) {
    case 'line': return [{ event: 'line', id, data: event.text }];
    case 'completed': return [{ event: 'ended', id, data: { status: event.type, text: event.result } }];
    case 'failed': return [{ event: 'ended', id, data: { status: event.type, text: event.error.message } }];
    case 'cancelled': return [{ event: 'ended', id, data: { status: event.type, text: event.reason } }];
    default: return [];
  }
}

/** JSON has no bare newline, so it is one line of the stream. */
export const written = ({ event, id, data }: Frame): string =>
  `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data ?? null)}\n\n`;
