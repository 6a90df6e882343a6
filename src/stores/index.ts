/*
 * `sidestream/stores`: where a session keeps its facts, so that it survives its process. What keeps them in a file is `sidestream/sqlite`.
 */

// A session that survives its process.
export {
  openSession, type DurableAgent, type DurableCloseReport, type DurableSession, type DurableSessionOptions,
} from '../core/openSession.js';
export type { OnRestart } from '../core/agent.js';

// A store for specs, and the meaning of each fact.
export { isScope } from '../core/scopeId.js';
export { memoryStore } from './memory.js';

// What a store is.
export type { Json, JsonObject } from '../core/json.js';
export type {
  EvictedTask, Fact, Kept, KeptEnding, KeptLetter, KeptLine, KeptLog, KeptOptions, KeptQuestion, KeptTask, KeptTelling, Page, Store,
  StoreOpening, StoreOwner, StoreView, StoreWarning, TaskSummary,
} from '../core/store.js';

// What can go wrong with one.
export { StoreBusyError, StoreDamagedError, StoreLostError, StoreNewerError, StoreUnavailableError } from '../core/storeErrors.js';
