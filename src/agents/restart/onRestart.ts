import type { Kind } from '../../core/check.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';

/** What becomes of a running task when its process has ended. */
export type OnRestart = NonNullable<AgentDefinition['onRestart']>;

const WORDS: readonly unknown[] = ['interrupt', 'restart', 'resume'] satisfies OnRestart[];

export const ON_RESTART: Kind = [(value) => WORDS.includes(value), WORDS.join(', ')];

/** What an agent says of itself: nothing, where nobody asked for it. */
export const saysOnRestart = (onRestart: OnRestart | undefined): { readonly onRestart?: OnRestart } =>
  onRestart === undefined ? {} : { onRestart };
