// The tools as an MCP server
export { createMcpServer } from './createMcpServer.js';
export type { McpOptions } from './mcpOptions.js';
export type { Tools } from '../shared/tools.js';

// Serving hosts, each within a session of its own
export { serveHttp, type HttpServing } from './serveHttp.js';
export { serveStdio, type StdioOptions, type StdioServing } from './serveStdio.js';
export type { HttpOptions } from './httpOptions.js';
export type { ServeOptions, Serving } from './serveOptions.js';
