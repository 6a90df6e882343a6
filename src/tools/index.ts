// The tools for a model
export { createToolset, type Toolset, type ToolsetOptions } from './toolset.js';
export type { AgentDefinition, AnyAgent, DescribedAgent } from './agentDefinition.js';
export type { ExecuteOptions, Tool, ToolAnswer, ToolName } from './tool.js';

// What a parent has not heard of yet
export { announcing } from './announcing.js';
export { createInbox } from './createInbox.js';
export type { Completion } from './completion.js';
export type { Batch, BatchOptions, Delivery, Inbox, InboxOptions, Overdue } from './inbox.js';
