import type { PermissionOption, PermissionOptionKind, ToolKind } from '@agentclientprotocol/sdk';
import type { Observable, ObservableInput } from 'rxjs';
import type { TaskId } from '../../../core/events.js';

/** What an agent wants to do, and asks for first. What it says of its tool is its own word. */
export interface PermissionRequest {
  readonly taskId: TaskId;
  /** The kind of tool; `other` where the agent says none, and the strictest where it says several of one call. */
  readonly kind: ToolKind;
  /** In words, such as `Edit src/index.ts`. */
  readonly title: string;
  /** What goes into the tool, as the agent gives it. */
  readonly input: unknown;
  /** The files it is about. */
  readonly paths: readonly string[];
  /** What may be answered. */
  readonly options: readonly PermissionOption[];
}

/**
 * An answer, by the kind of option or by a certain option. `allow_once` never turns into `allow_always` where an agent does not offer it:
 * it is refused then. The two ways to reject stand in for one another.
 */
export type PermissionDecision = PermissionOptionKind | { readonly optionId: string };

/**
 * Answers a request, at once or some time. Completing without an answer, and failing, refuses it.
 *
 * @param ask - makes it a question of the task, and answers with what whoever watches `questions` decides; declined, it is refused
 */
export type AskPermission = (
  request: PermissionRequest, ask: () => Observable<PermissionDecision>,
) => PermissionDecision | ObservableInput<PermissionDecision>;

/** The kinds of tool that the protocol knows. */
export const TOOL_KINDS: readonly ToolKind[] = [
  'read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'switch_mode', 'other',
];

/** The kinds of option that the protocol knows. */
export const OPTION_KINDS: readonly PermissionOptionKind[] = ['allow_once', 'allow_always', 'reject_once', 'reject_always'];
