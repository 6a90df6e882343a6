import type { AgentContext } from '../../agent.js';
import type { TaskEvent } from '../../events.js';
import type { Limits } from '../../limits.js';
import type { Dispatcher } from '../log/dispatcher.js';
import type { ScopeNode } from './scopeNode.js';

/** What a task needs of the session that owns it. */
export interface TaskOwner<T> {
  readonly limits: Limits;
  readonly root: ScopeNode;
  readonly dispatcher: Dispatcher<TaskEvent>;
  /** How many observers the streams of all scopes have. */
  listeners: number;
  /** The tasks that have ended but not stopped. */
  readonly stopping: Set<T>;
  now(): number;
  newSteeringId(): string;
  contextOf(task: T): AgentContext;
  ended(task: T, started: boolean): void;
  heard(task: T): void;
}
