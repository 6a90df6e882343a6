// AG-UI agents as children
export { agUi, type AgUiAgent } from './agUi.js';
export type { AgUiInput, AgUiOptions } from './agUiOptions.js';
export type { AgUiSource } from './ownAgent.js';

// Tasks and sessions for AG-UI clients
export { agUiEvents, type AgUiEventsOptions } from './events/agUiEvents.js';
export { agUiSession, type AgUiSessionOptions } from './events/agUiSession.js';
export type { AgUiRunIds } from './events/runIds.js';
