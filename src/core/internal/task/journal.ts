import type { Brief } from '../../brief.js';
import type { AgentFunction, DelegateOptions } from '../../agent.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Gate } from '../log/dispatcher.js';
import type { Unstamped } from '../log/taskLog.js';
import type { ScopeNode } from './scopeNode.js';
import type { TaskRecord } from './taskRecord.js';

/** What is about to be delegated. */
export interface Delegated {
  readonly id: TaskId;
  readonly name: string;
  readonly node: ScopeNode;
  readonly agent: AgentFunction;
  readonly brief: Brief;
  readonly options: DelegateOptions;
  readonly startsNow: boolean;
}

/** What a session with a store writes down, each thing before anybody is told of it. */
export interface Journal extends Gate {
  /** Throws where it cannot be kept: then nothing was started. */
  delegated(task: Delegated): void;
  started(task: TaskRecord): void;
  /** Of an event that is no line. */
  said(task: TaskRecord, event: Unstamped<TaskEvent>): void;
  printed(task: TaskRecord): void;
  /** Throws where it cannot be kept. */
  saved(task: TaskRecord, checkpoint: unknown): void;
  ended(task: TaskRecord): void;
  heard(task: TaskRecord): void;
  forgotten(task: TaskRecord): void;
}
