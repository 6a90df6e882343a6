import type { TaskEvent } from '../../events.js';
import type { Limits } from '../../limits.js';
import type { LimitClock } from '../limits/limitWatch.js';
import type { Amount } from '../limits/spent.js';
import type { Dispatcher } from '../log/dispatcher.js';
import type { Endings } from './endings.js';
import type { Journal } from './journal.js';
import type { ScopeNode } from './scopeNode.js';
import type { RunOwner } from './taskContext.js';

/** Milliseconds that only ever go on, and what they are by the wall clock. */
export interface TaskClock extends LimitClock {
  /** What the wall clock showed at moment 0. */
  readonly began: number;
  wall(moment: number): number;
}

/** What a task needs of the session that owns it. */
export interface TaskOwner<T> extends RunOwner {
  readonly limits: Limits;
  readonly root: ScopeNode;
  readonly dispatcher: Dispatcher<TaskEvent>;
  readonly endings: Endings;
  readonly clock: TaskClock;
  /** Of a session with a store. */
  readonly journal?: Journal<T> | undefined;
  /** How many observers the streams of all scopes have. */
  listeners: number;
  /** The tasks that have ended but not stopped. */
  readonly stopping: Set<T>;
  newSteeringId(): string;
  newQuestionId(): string;
  /** The task has one question more that is open, or one less. */
  asking(task: T): void;
  /** Counts what was spent below a place, and ends what is over its budget. */
  spend(below: ScopeNode, amount: Amount): void;
  /** Warns a task that it is near a limit. @param told - what its child is told */
  warn(task: T, code: 'idle' | 'deadline' | 'budget', message: string, told: string | undefined): void;
  ended(task: T): void;
  /** It has stopped here, and gives its seat up. */
  suspended(task: T): void;
  heard(task: T): void;
}
