/** Whether that is the id of a scope, or of one below it. */
export const isWithin = (id: string, scope: string): boolean => id === scope || id.startsWith(`${scope}/`);

/** The places above a task that has left a scope, and every scope below that. */
export const outOfScope = (parentIds: readonly string[], scope: string): readonly string[] =>
  parentIds.filter((id) => !isWithin(id, scope));
