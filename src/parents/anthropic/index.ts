// The tools
export { anthropicTools, type AnthropicToolsOptions } from './anthropicTools.js';
export type { AnthropicTool } from './anthropicTool.js';
export { callTools, type CallToolsOptions, type ContentBlock, type ToolResult } from './callTools.js';
export type { ResultBlock } from './contentOf.js';

// What has ended
export { turnsWithInbox } from './turnsWithInbox.js';
export type { ToolRunner, ToolRunnerMessage } from './toolRunner.js';
export { withInbox } from './withInbox.js';
