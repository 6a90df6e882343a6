// A model with tools as an agent
export { model } from './model.js';
export type { ModelAgent } from './modelAgent.js';
export type { ModelBrief } from './modelBrief.js';
export type { ModelOptions } from './modelOptions.js';

// How it fails
export { ModelError, type ModelErrorFacts, type ModelFailure } from './failure/modelError.js';
