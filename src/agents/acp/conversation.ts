import type { TaskId } from '../../core/events.js';
import type { Worktree } from '../../processes/workplace/worktree.js';
import type { Connection } from './connect.js';

/** A conversation with an agent: one ACP session, over one task or several, one after another. */
export interface Conversation {
  /** As the agent calls it. */
  sessionId: string | undefined;
  readonly cwd: string;
  /** What it has to itself, where it has one. */
  readonly worktree: Worktree | undefined;
  /** What it has cost so far, US dollars, where that is known. */
  cost: number | undefined;
  /** The task that is on. */
  task: TaskId | undefined;
  /** The program that holds it, while one does. */
  connection: Connection | undefined;
  /** Whether the session is open in that program. */
  isReady: boolean;
  /** Settles when the task before has let go of it. */
  released: Promise<void>;
  /** Ends the program when it has idled for long. */
  idle: NodeJS.Timeout | undefined;
}
