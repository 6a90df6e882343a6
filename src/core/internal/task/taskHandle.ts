import type { Observer, SchedulerLike, Subscriber } from 'rxjs';
import { defer, observable, Observable } from '../../rx.js';
import type { Brief } from '../../brief.js';
import type { Outcome, TaskEvent, TaskId } from '../../events.js';
import type { AgentOutput } from '../../output.js';
import type { SteeringReceipt, SteerOptions, StopReport, Task, TaskSnapshot, TaskStatus } from '../../task.js';
import { check, count } from '../../check.js';
import { clockKey, outcomeKey, taskKey, withClockOf } from '../../clockOf.js';
import type { AnswerReceipt, OpenQuestion } from '../../question.js';
import { noQuestion } from './questions.js';
import { snapshotOf } from './snapshotOf.js';
import { steer } from './steer.js';
import { stopReportOf } from './stopReportOf.js';
import type { TaskRecord } from './taskRecord.js';

const LINES = count(0);

/** What callers hold of a task. */
export class TaskHandle implements Task {
  readonly #task: TaskRecord;
  #events: Observable<TaskEvent> | undefined;
  private declare ownOutputs?: Observable<AgentOutput<unknown>>;

  constructor(task: TaskRecord) {
    this.#task = task;
  }

  get id(): TaskId { return this.#task.id; }
  get brief(): Brief { return this.#task.brief; }
  get parentId(): TaskId | undefined { return this.#task.parentId; }
  get meta(): Task['meta'] { return this.#task.meta; }
  get resultSchema(): Task['resultSchema'] { return this.#task.options.resultSchema; }
  get isHeard(): boolean { return this.#task.isHeard === true; }
  get endedIds(): readonly TaskId[] { return this.#task.endedIds ?? (this.#task.outcome === undefined ? [] : [this.id]); }
  get status(): TaskStatus { return this.#task.status; }
  get outcome(): Outcome | undefined { return this.#task.outcome; }

  get events(): Observable<TaskEvent> {
    return this.#events ??= this.#stream((subscriber) => { this.#task.log.subscribe(subscriber); });
  }

  get outputs(): Observable<AgentOutput<unknown>> {
    return this.ownOutputs ??= this.#stream((subscriber) => { this.#task.overhear(subscriber); });
  }

  get steering(): Observer<string> {
    return {
      next: (text) => {
        const { error } = this.steer(text);
        if (error !== undefined && !this.#task.isEnded) this.#task.warn('steering_refused', error.message);
      },
      error: () => undefined,
      complete: () => undefined,
    };
  }

  get ended(): Observable<unknown> {
    return withClockOf(this, defer(() => this.#task.when(() => this.#task.isOver, Infinity, this[clockKey])));
  }

  get stopped(): Observable<StopReport> { return stopReportOf(this.#task, this); }

  steer(text: string, options?: SteerOptions): SteeringReceipt {
    return steer(this.#task, text, options);
  }

  get questions(): readonly OpenQuestion[] { return this.#task.questions?.open ?? []; }

  answer(questionId: string, value: unknown): AnswerReceipt {
    return this.#task.questions?.answer(questionId, value) ?? noQuestion(this.id, questionId, this.#task.isEnded);
  }

  decline(questionId: string, reason?: string): AnswerReceipt {
    return this.#task.questions?.decline(questionId, reason) ?? noQuestion(this.id, questionId, this.#task.isEnded);
  }

  snapshot(lines = 10): TaskSnapshot {
    check('lines', lines, LINES);
    return snapshotOf(this.#task, lines);
  }

  cancel(reason?: unknown): boolean { return this.#task.cancel(reason); }

  [Symbol.dispose](): void { this.cancel(); }

  #stream<T>(subscribe: (subscriber: Subscriber<T>) => void): Observable<T> {
    return Object.assign(withClockOf(this, new Observable(subscribe)), { [taskKey]: this });
  }

  declare [Symbol.observable]: () => Observable<TaskEvent>;

  /** For `collect`. */
  [outcomeKey](tell: (outcome: Outcome | undefined) => void): void { this.#task.tellOutcome(tell); }

  /** The session's time, for `collect` and `within`. */
  get [clockKey](): SchedulerLike { return this.#task.owner.limits.scheduler; }
}

// By RxJS's own key: `Symbol.observable` where the runtime has one, and a string where it has none.
// eslint-disable-next-line @typescript-eslint/no-deprecated -- version 7 exports it, and 8 is to take `Symbol.observable` itself
Object.defineProperty(TaskHandle.prototype, observable, {
  value(this: TaskHandle) { return this.events; },
});
