/*
 * `sidestream/compose`: agents made of agents. Each is an agent itself, for `run`, `delegate`, toolsets, parents and one another.
 */

// Alternatives, each a child task
export { firstWhere } from './firstWhere.js';
export { hedge, type HedgeOptions } from './hedge.js';
export { quorum, type QuorumOptions } from './quorum.js';
export { race } from './race.js';

// One agent, run otherwise
export { supervised, type Backoff, type SupervisedOptions } from './supervised.js';

// What a wrapper says of the agent that it wraps
export type { SaidOf } from './asAgent.js';
