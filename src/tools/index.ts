// The tools for a model
export { createToolset, type Toolset, type ToolsetOptions } from './toolset.js';
export { defineAgent, type DefineAgentOptions, type DefinedAgent } from './defineAgent.js';
export type { AgentDefinition, AnyAgent, DescribedAgent } from './agentDefinition.js';
export type { ExecuteOptions, Tool, ToolAnswer, ToolName } from './tool.js';
export type { Completion } from './answers/completion.js';
