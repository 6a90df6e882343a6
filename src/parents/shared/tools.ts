import type { Tool } from '../../tools/tool.js';

/** A toolset, or those of it that a parent is to have. */
export type Tools = Readonly<Record<string, Tool>>;
