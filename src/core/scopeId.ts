import type { TaskId } from './events.js';

/** What the ids of scopes begin with, which no task's id does. */
const SCOPE = 'scope:';

/** Whether an id among those above a task is that of a scope, and of no task. */
export const isScope = (id: string): boolean => id.startsWith(SCOPE);

/** Whether that is the id of a scope, or of one in it. */
export const isWithin = (id: string, scope: string): boolean => id === scope || id.startsWith(`${scope}/`);

/**
 * The id of a scope that is opened in a place: a path, which tells it from any other. A task in it is marked, and so is what has no name:
 * no encoded name begins so.
 *
 * @param above - the id of the place; the session has none
 */
export function scopeId(above: TaskId | undefined, name: string | number): TaskId {
  const path = above === undefined ? SCOPE : isScope(above) ? `${above}/` : `${SCOPE}@${encodeURIComponent(above)}/`;
  return `${path}${typeof name === 'number' ? `#${name}` : encodeURIComponent(name)}`;
}

/** What a scope is called in sentences. */
export function scopeName(id: TaskId): string {
  const name = id.slice(id.lastIndexOf('/') + 1).replace(SCOPE, '');
  return name.startsWith('#') ? 'without a name' : decodeURIComponent(name);
}
