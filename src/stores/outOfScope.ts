/** The places above a task that has left a scope, and every scope below that. */
export const outOfScope = (parentIds: readonly string[], scope: string): readonly string[] =>
  parentIds.filter((id) => id !== scope && !id.startsWith(`${scope}/`));
