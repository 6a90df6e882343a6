import type { LineEvent, TaskEvent } from '../../events.js';
import { flatCopy } from './flatCopy.js';
import { Ring } from './ring.js';

/** How many events that are no lines are kept for late observers. */
const OTHERS = 200;

/** So many lines are copied at once: joining eight costs little more than joining one. */
const BATCH = 8;

/** What is kept of a task's events: the last lines, and beside them the last other events. */
export class Window {
  readonly #lines: Ring<LineEvent>;
  readonly #others = new Ring<Exclude<TaskEvent, LineEvent>>(OTHERS);
  /** How many of the latest lines may still keep other strings alive. */
  #loose = 0;
  cut = 0;

  constructor(lines: number) {
    this.#lines = new Ring(lines);
  }

  get size(): number { return this.#lines.size; }

  get dropped(): number { return this.#lines.dropped; }

  /** How many characters the lines have together. */
  get chars(): number { return this.#lines.toArray().reduce((sum, { text }) => sum + text.length, 0); }

  /** @param flat - whether the text is known to have memory of its own */
  pushLine(event: LineEvent, flat: boolean): void {
    if (event.cut !== undefined) this.cut += 1;
    if (this.#lines.push(event)?.cut !== undefined) this.cut -= 1;
    if ((this.#loose > 0 || !flat) && ++this.#loose === BATCH) this.compact();
  }

  pushOther(event: Exclude<TaskEvent, LineEvent>): void { this.#others.push(event); }

  /** The texts of the last `count` lines. */
  tail(count: number): string[] {
    const { size } = this;
    const texts: string[] = [];
    for (let n = Math.max(0, size - count); n < size; n++) texts.push(this.#lines.at(n)!.text);
    return texts;
  }

  /** What a late observer is given: everything since the oldest event from which on nothing has been dropped. */
  replay(): TaskEvent[] {
    const lines = this.#lines.toArray();
    const others = this.#others.toArray();
    const from = Math.max(
      this.#lines.dropped > 0 ? lines[0]!.seq : 0,
      this.#others.dropped > 0 ? others[0]!.seq : 0,
    );
    const events: TaskEvent[] = [];
    let next = 0;
    for (const other of others) {
      for (; next < lines.length && lines[next]!.seq < other.seq; next++) if (lines[next]!.seq >= from) events.push(lines[next]!);
      if (other.seq >= from) events.push(other);
    }
    for (; next < lines.length; next++) if (lines[next]!.seq >= from) events.push(lines[next]!);
    return events;
  }

  /** Gives the latest lines memory of their own, so that they keep nothing else alive. */
  compact(): void {
    const { size } = this;
    const first = Math.max(0, size - this.#loose);
    const texts = this.tail(size - first);
    // Joining a single string would hand back the same one.
    const all = texts.length === 1 ? flatCopy(texts[0]!) : texts.join('');
    let start = 0;
    for (let n = first; n < size; n++) {
      const event = this.#lines.at(n)!;
      const text = all.slice(start, start += event.text.length);
      // An observer that keeps the event gains too, unless it has frozen it.
      if (Object.isFrozen(event)) this.#lines.set(n, { ...event, text });
      else (event as { text: string }).text = text;
    }
    this.#loose = 0;
  }
}
