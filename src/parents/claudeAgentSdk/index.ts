// The tools for the Claude Agent SDK
export { createSdkServer, type SdkServer } from './createSdkServer.js';
export { toolNames } from './toolNames.js';
export type { McpOptions } from '../mcp/mcpOptions.js';
