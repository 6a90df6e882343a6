/** Whether an id among those above a task is that of a scope, and of no task. */
export const isScope = (id: string): boolean => id.startsWith('scope:');
