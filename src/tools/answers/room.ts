import type { Delegator } from '../../core/agent.js';

/** How many tasks of the generation run, and how many may; no `limit` where there is none. */
export function room({ capacity: { running, limit } }: Delegator): { readonly running: number; readonly limit?: number } {
  return limit === Infinity ? { running } : { running, limit };
}
