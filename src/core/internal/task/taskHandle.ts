import { observable, Observable, type Observer, type SchedulerLike } from 'rxjs';
import type { Brief } from '../../brief.js';
import type { Outcome, TaskEvent, TaskId } from '../../events.js';
import type { SteeringReceipt, SteerOptions, StopReport, Task, TaskSnapshot, TaskStatus } from '../../task.js';
import { check, count } from '../../check.js';
import { clockKey } from '../../clockOf.js';
import { snapshotOf } from './snapshotOf.js';
import { steer } from './steer.js';
import { stopReportOf } from './stopReportOf.js';
import type { TaskRecord } from './taskRecord.js';

/** What callers hold of a task. */
export class TaskHandle implements Task {
  readonly #task: TaskRecord;
  #events: Observable<TaskEvent> | undefined;

  constructor(task: TaskRecord) {
    this.#task = task;
  }

  get id(): TaskId { return this.#task.id; }
  get brief(): Brief { return this.#task.brief; }
  get parentId(): TaskId | undefined { return this.#task.parentId; }
  get status(): TaskStatus { return this.#task.status; }
  get outcome(): Outcome | undefined { return this.#task.outcome; }

  get events(): Observable<TaskEvent> {
    return this.#events ??= Object.assign(
      new Observable<TaskEvent>((subscriber) => { this.#task.log.subscribe(subscriber); }),
      { [clockKey]: this[clockKey] },
    );
  }

  get steering(): Observer<string> {
    return {
      next: (text) => {
        const { error } = this.steer(text);
        if (error === undefined || this.#task.phase === 'ended') return;
        this.#task.emit({ type: 'warning', code: 'steering_refused', message: error.message });
      },
      error: () => undefined,
      complete: () => undefined,
    };
  }

  get stopped(): Observable<StopReport> { return stopReportOf(this.#task); }

  steer(text: string, options?: SteerOptions): SteeringReceipt {
    return steer(this.#task, text, options);
  }

  snapshot(lines = 10): TaskSnapshot {
    check('lines', lines, count(0));
    return snapshotOf(this.#task, lines);
  }

  cancel(reason?: unknown): boolean { return this.#task.cancel(reason); }

  [Symbol.dispose](): void { this.cancel(); }

  declare [Symbol.observable]: () => Observable<TaskEvent>;

  /** The session's time, for `collect` and `within`. */
  get [clockKey](): SchedulerLike { return this.#task.owner.limits.scheduler; }
}

// By RxJS's own key: `Symbol.observable` where the runtime has one, and a string where it has none.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- version 7 exports it, and 8 is to take `Symbol.observable` itself
Object.defineProperty(TaskHandle.prototype, observable, {
  value(this: TaskHandle) { return this.events; },
});
