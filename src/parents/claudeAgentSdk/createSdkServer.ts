import type { Delegator } from '../../core/agent.js';
import { createMcpServer } from '../mcp/createMcpServer.js';
import type { McpOptions } from '../mcp/mcpOptions.js';
import type { Tools } from '../shared/tools.js';

/** A server in this process, as the `mcpServers` of the Claude Agent SDK take it. */
export interface SdkServer {
  readonly type: 'sdk';
  readonly name: string;
  readonly instance: ReturnType<typeof createMcpServer>;
}

/**
 * The tools for an agent of the Claude Agent SDK, as an MCP server in this process: to be put among its `mcpServers`, under the same name.
 *
 * A server serves one `query` at a time. The session is yours: what is running goes on when the query has ended, until you close it, and
 * the next query with a server of the same session is told of what has ended in between.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { command } from 'sidestream/command';
 * import { createSdkServer, toolNames } from 'sidestream/claude-agent-sdk';
 * import { createToolset } from 'sidestream/tools';
 *
 * await using session = createSession();
 * const agents = { tests: { agent: command('npm', ['test']), description: 'Runs the tests.' } };
 * const sidestream = createSdkServer(session, createToolset(session, { agents }));
 * const options = { mcpServers: { sidestream }, allowedTools: toolNames(sidestream) }; // query({ prompt, options })
 * console.log(options.allowedTools[0]); // mcp__sidestream__delegate_task_async
 * ```
 *
 * @param scope - what the toolset was made from
 * @throws InvalidArgumentError where an argument or an option is not what it should be
 */
export function createSdkServer(scope: Delegator, tools: Tools, options: McpOptions = {}): SdkServer {
  const instance = createMcpServer(scope, tools, options);
  return { type: 'sdk', name: options.name ?? 'sidestream', instance };
}
