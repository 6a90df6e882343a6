/*
 * The one file that imports the MCP SDK.
 */
export { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
export { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
export { deserializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
export {
  CallToolRequestSchema, ElicitResultSchema, isInitializeRequest, ListToolsRequestSchema, McpError, PrimitiveSchemaDefinitionSchema,
} from '@modelcontextprotocol/sdk/types.js';

export type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
export type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
export type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
export type {
  CallToolResult, ElicitResult, JSONRPCMessage, PrimitiveSchemaDefinition, RequestId, ServerNotification, ServerRequest,
  Tool as McpTool, ToolAnnotations,
} from '@modelcontextprotocol/sdk/types.js';
