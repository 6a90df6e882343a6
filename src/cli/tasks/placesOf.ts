import type { KeptTask, TaskSummary } from '../../core/store.js';
import { isScope } from '../../core/scopeId.js';

/** The tasks above a task, and the scopes that it is in, the nearest first, by their names. */
export const placesOf = (parentIds: readonly string[]): { readonly tasks: readonly string[]; readonly scopes: readonly string[] } => ({
  tasks: parentIds.filter((id) => !isScope(id)),
  scopes: parentIds.filter(isScope).map((id) => id.slice(id.indexOf(':') + 1).split('/').map(decoded).join('/')),
});

/** The same data, with the scopes apart from the tasks. */
export function withPlaces({ parentIds, ...rest }: TaskSummary | KeptTask): object {
  const { tasks, scopes } = placesOf(parentIds);
  return { ...rest, parentIds: tasks, ...scopes.length > 0 && { scopes } };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
