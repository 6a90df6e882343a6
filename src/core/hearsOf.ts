import type { Delegator } from './agent.js';
import type { TaskId } from './events.js';

export const hearsKey = Symbol('sidestream.hears');

type Hears = (id: TaskId) => boolean;

/** Tells of which tasks a scope is to hear the end, if they end now: its own, and not those of its children or of scopes in it. */
export const hearsOf = ({ events }: Delegator): Hears =>
  (events as { readonly [hearsKey]?: Hears })[hearsKey] ?? (() => true);
