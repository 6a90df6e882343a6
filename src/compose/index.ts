/*
 * `sidestream/compose`: agents made of agents. Each is an agent itself, for `run`, `delegate`, toolsets, parents and one another.
 */

// Alternatives, each a child task

// One agent, run otherwise
export type { SaidOf } from './asAgent.js';
