import type { AcpOptions, AcpPreset } from '../../../src/agents/acp/index.js';
import type { Installed } from '../matrix/installed.js';
import type { ModelServer } from '../modelServer/createModelServer.js';
import type { ModelRequest, ToolCall } from '../modelServer/script.js';

/** A real agent: how it is had, how it is set up to talk to a server on loopback, and with what it reads, writes and runs. */
export interface RealAgent extends Installed {
  readonly preset: AcpPreset;
  /** Writes what it needs into its home, and answers with what `acp` needs beyond the preset. */
  setUp(home: string, server: ModelServer): Promise<Partial<AcpOptions>>;
  /** The same for somebody who has not logged in; a sentence where there is no such thing. */
  noLogin: string | ((home: string) => Partial<AcpOptions>);
  /** Its tool that edits; a sentence where it has none. */
  readonly edit: string | ((file: string, text: string, request: ModelRequest) => ToolCall);
  readonly read: (file: string, request: ModelRequest) => ToolCall;
  readonly shell: (command: string, request: ModelRequest) => ToolCall;
  /** What must pass before a conversation can be taken up by a new process. */
  settle?(): Promise<unknown>;
}
