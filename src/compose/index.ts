/*
 * `sidestream/compose`: agents made of agents. Each is an agent itself, for `run`, `delegate`, toolsets, parents and one another.
 */

// Alternatives, each a child task
export { firstWhere } from './firstWhere.js';
export { hedge, type HedgeOptions } from './hedge.js';
export { quorum, type QuorumOptions } from './quorum.js';
export { race } from './race.js';

// One after the other
export { fallback } from './fallback.js';
export { flowing } from './flowing.js';
export { sequence, type Stage } from './sequence.js';

// One agent, run otherwise
export { retrying, type RetryingOptions } from './retrying.js';
export { steered, type SteeringRule } from './steered.js';
export { supervised, type Backoff, type SupervisedOptions } from './supervised.js';
export { through, type ResultThrough } from './through.js';

// What is read of agents, and what a wrapper says of the one that it wraps
export type { AnyAgent, BriefOf } from './anyAgent.js';
export type { SaidOf } from './asAgent.js';
