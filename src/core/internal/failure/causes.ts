import type { Ending } from '../../events.js';

/** What was really thrown, or given as a reason, beside endings that carry plain data only. */
export const causes = new WeakMap<Ending, unknown>();
