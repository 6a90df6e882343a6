import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { isAlive } from '../acp/pids.js';
import { until } from '../until.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools
export type Answer = any;

/** A host that has started a server over stdio. */
export interface McpHost {
  readonly pid: number;
  /** What went out as log messages. */
  readonly logs: readonly unknown[];
  stderr(): string;
  call(name: string, input?: Record<string, unknown>): Promise<Answer>;
  /** Ends the server's input, and waits until it has ended. */
  close(): Promise<void>;
  /** Sends the server a signal, and waits until it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server with the official client. */
export async function mcpHost(script: string, args: readonly string[], cwd: string): Promise<McpHost> {
  const client = new Client({ name: 'spec', version: '1' });
  const logs: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => { logs.push(params.data); });
  const transport = new StdioClientTransport({ command: process.execPath, args: [script, ...args], cwd, stderr: 'pipe' });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  await client.connect(transport);
  const pid = transport.pid!;
  const gone = () => until(async () => !await isAlive(pid));
  return {
    pid, logs,
    stderr: () => stderr,
    call: async (name, input = {}) => (await client.callTool({ name, arguments: input }, CallToolResultSchema)).structuredContent,
    close: async () => {
      await client.close();
      await gone();
    },
    kill: async (signal) => {
      process.kill(pid, signal);
      await gone();
      await client.close();
    },
  };
}
