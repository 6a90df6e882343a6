import type { JsonObject } from '../../../core/json.js';

/** What a task goes on from when its process has ended, and what another one that follows it goes on from. */
export interface AcpCheckpoint extends JsonObject {
  /** The ACP session id, once there is one. */
  readonly session?: string | undefined;
  /** Whether the goal was sent. */
  readonly isAsked: boolean;
  /** The mode in which it worked. */
  readonly mode?: string | undefined;
  /** Where its brief asked it to work. */
  readonly asked?: string | undefined;
  /** Whether it worked in a worktree, which nobody finds again when the process has ended. */
  readonly worktree?: boolean | undefined;
  /** The working directory of the process, in which the agent's own was found. */
  readonly home: string;
  /** What it was steered with in a turn that is not over. */
  readonly told: readonly string[];
}
