import type { Brief } from '../../brief.js';
import type { AgentFunction, DelegateOptions } from '../../agent.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Gate } from '../log/dispatcher.js';
import type { Unstamped } from '../log/taskLog.js';
import type { ScopeNode } from './scopeNode.js';

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
export interface Journal<T> extends Gate {
  /** Throws where it cannot be kept: then nothing was started. */
  delegated(task: Delegated): void;
  started(task: T): void;
  /** Of an event that is no line. */
  said(task: T, event: Unstamped<TaskEvent>): void;
  printed(task: T): void;
  /** Throws where it cannot be kept. */
  saved(task: T, checkpoint: unknown): void;
  ended(task: T): void;
  /** @param isSaid - whether somebody says that it was heard of, and is not being given it in this very moment */
  heard(task: T, isSaid: boolean): void;
  forgotten(task: T): void;
}
