import type { Installed } from '../matrix/installed.js';
import type { ModelServer } from '../modelServer/createModelServer.js';
import type { ModelRequest, ToolCall } from '../modelServer/script.js';

/** What starts the MCP server that a host is to use. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** A real MCP host, as it is run without anybody at its keyboard. */
export interface RealHost extends Installed {
  /** Writes its config into its home, and answers with how it is run. */
  setUp(home: string, model: ModelServer, server: ServerCommand): Promise<{
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }>;
  /** Its tool that looks for tools, where our tools are not in the prompt, and how it is asked for these. */
  readonly search?: { readonly name: string; input(names: readonly string[]): unknown };
  /** How its model calls a tool of ours, when that is not by the name that the request offers. */
  call?(name: string, input: unknown, request: ModelRequest): ToolCall;
}

/** What every host is asked to do. */
export const PROMPT = 'Do the work.';
