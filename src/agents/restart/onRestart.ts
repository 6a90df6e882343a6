import type { OnRestart } from '../../core/agent.js';
import { InvalidArgumentError } from '../../core/errors.js';

/** What an agent says of itself: nothing, where nobody asked for it. */
export const saysOnRestart = (onRestart: OnRestart | undefined): { readonly onRestart?: OnRestart } =>
  onRestart === undefined ? {} : { onRestart };

/** A worktree belongs to one run. */
export const noWorktree = (kind: string): InvalidArgumentError => new InvalidArgumentError(
  `Expected \`worktree\` to be false in the options of ${kind} where a task resumes when its process has ended: its worktree cannot be `
    + "found again. Leave `worktree` out, or say `onRestart: 'restart'`, which begins in a new one.",
);
