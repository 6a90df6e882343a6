import { BehaviorSubject, from, ReplaySubject, Subject, type Observable, type ObservableInput } from 'rxjs';
import type { LineEvent } from '../../src/core/events.js';

type PlainStatus = 'running' | 'completed' | 'failed' | 'cancelled';

/** An agent of the plain design; it has what ours have of steering and of cancelling. */
export type PlainAgent = (steering: Observable<string>, signal: AbortSignal) => ObservableInput<string>;

/** What a task of the plain design looks like when it is checked. */
export interface PlainSnapshot {
  readonly taskId: string;
  readonly status: PlainStatus;
  readonly startedAt: number;
  readonly elapsed: number;
  readonly lastActivityAt: number;
  readonly preview: readonly string[];
  readonly windowLines: number;
}

/**
 * The peer: a background task as one writes it with nothing but RxJS. A ReplaySubject for the output, a Subject for steering, one for the
 * status, an AbortController. No operators between the child and the output, since each would cost more; nothing cut, copied, counted or
 * put in order.
 */
export class PlainTask {
  readonly output = new ReplaySubject<LineEvent>(200);
  readonly steering = new Subject<string>();
  readonly status = new BehaviorSubject<PlainStatus>('running');
  readonly startedAt = Date.now();
  readonly #controller = new AbortController();
  readonly #subscription;
  #seq = 0;

  constructor(readonly id: string, agent: PlainAgent) {
    this.#subscription = from(agent(this.steering, this.#controller.signal)).subscribe({
      next: (text) => { this.output.next({ taskId: this.id, seq: this.#seq++, at: Date.now(), attempt: 1, type: 'line', text }); },
      error: () => { this.#end('failed'); },
      complete: () => { this.#end('completed'); },
    });
  }

  /** Replay and slice. */
  check(lines = 10): PlainSnapshot {
    const events: LineEvent[] = [];
    this.output.subscribe((event) => events.push(event)).unsubscribe();
    const now = Date.now();
    return {
      taskId: this.id,
      status: this.status.value,
      startedAt: this.startedAt,
      elapsed: now - this.startedAt,
      lastActivityAt: events.at(-1)?.at ?? this.startedAt,
      preview: events.slice(-lines).map((event) => event.text),
      windowLines: events.length,
    };
  }

  cancel(reason?: unknown): void {
    if (this.status.value !== 'running') return;
    this.#subscription.unsubscribe();
    this.#controller.abort(reason);
    this.#end('cancelled');
  }

  #end(status: PlainStatus): void {
    this.status.next(status);
    this.status.complete();
    this.output.complete();
    this.steering.complete();
  }
}
