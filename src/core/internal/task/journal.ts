import type { AgentFunction } from '../../agent.js';
import type { SidestreamError } from '../../errors.js';
import type { TaskEvent } from '../../events.js';
import type { Unstamped } from '../log/taskLog.js';

/** What a session with a store writes down, each thing before anybody is told of it. */
export interface Journal<T> {
  /** Why nothing can be kept now. */
  readonly failure: SidestreamError | undefined;
  /** What an agent is called where its task has no name of its own. */
  nameOf(agent: AgentFunction): string | undefined;
  /** Throws where it cannot be kept: then nothing was started. @param startsNow - and does not wait for a slot */
  delegated(task: T, startsNow: boolean): void;
  /** Of what waited. @param now - when it is started, by the session's clock */
  started(task: T, now: number): void;
  /** Of an event that is no line. */
  said(task: T, event: Unstamped<TaskEvent>): void;
  printed(task: T): void;
  /** Throws where it cannot be kept. */
  saved(task: T, checkpoint: unknown): void;
  ended(task: T): void;
  heard(task: T): void;
  forgotten(task: T): void;
  /** A scope was closed, and these tasks were in it. */
  closed(scope: string, ids: readonly string[]): void;
  /** Whether what waits is held back from now on. */
  paused(isPaused: boolean): void;
}
