import type { OnRestart } from './agent.js';
import type { Kind } from './check.js';

/** All that may become of a running task when its process has ended. */
export const WAYS_ON = ['interrupt', 'restart', 'resume'] as const satisfies readonly OnRestart[];

export const ON_RESTART: Kind = [(value) => (WAYS_ON as readonly unknown[]).includes(value), WAYS_ON.join(', ')];
