import type { Subscription } from 'rxjs';
import type { TaskId } from '../../core/events.js';
import type { Worktree } from '../../processes/workplace/worktree.js';
import type { Connection } from './connection/connect.js';
import type { Modes } from './mode/modesIn.js';

/** A conversation with an agent: one ACP session, over one task or several, one after another. */
export interface Conversation {
  /** As the agent calls it. */
  sessionId: string | undefined;
  readonly cwd: string;
  /** What it has to itself, where it has one. */
  readonly worktree: Worktree | undefined;
  /** What it has cost so far, US dollars, where that is known. */
  cost: number | undefined;
  /** The modes of the session, where it has any. */
  modes: Modes | undefined;
  /** The mode in which it worked in a process that has ended; one that the settings name comes first. */
  readonly home: string | undefined;
  /** Whether it goes on because the process in which it was held has ended. */
  readonly isRestarted: boolean;
  /** How to log in. */
  login: string;
  /** What it was told in a turn that was cancelled, and does not know any more. */
  lost: readonly string[];
  /** What the next task is to say of it first. */
  notices: readonly string[];
  /** The task that is on. */
  task: TaskId | undefined;
  /** The program that holds it, while one does. */
  connection: Connection | undefined;
  /** Keeps `modes` as the program tells them. */
  following: Subscription | undefined;
  /** Whether the session is open in that program. */
  isReady: boolean;
  /** Settles when the task before has let go of it. */
  released: Promise<void>;
  /** Ends the program when it has idled for long. */
  idle: NodeJS.Timeout | undefined;
}
