import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRequest, ToolCall } from '../../modelServer/script.js';
import type { RealAgent } from '../realAgent.js';

/** Codex reads, edits and runs by its shell, which has another name in some of its versions. */
const shell = (command: string, { tools }: ModelRequest, more: object = {}): ToolCall => tools.includes('exec_command')
  ? { name: 'exec_command', input: { cmd: command, yield_time_ms: 30_000, ...more } }
  : { name: 'shell_command', input: { command, timeout_ms: 300_000, ...more } };

/** What its sandbox would not let through it asks leave for only where its model says so. */
const ESCALATED = { sandbox_permissions: 'require_escalated', justification: 'May it be run outside the sandbox?' };

/** What both bridges to Codex share: its own home with a provider on loopback, and its tools. */
export const codexCalls: Pick<RealAgent, 'setUp' | 'noLogin' | 'read' | 'edit' | 'shell'> = {
  async setUp(home, { url }) {
    const CODEX_HOME = join(home, '.codex');
    await mkdir(CODEX_HOME, { recursive: true });
    await writeFile(join(CODEX_HOME, 'config.toml'), [
      'model = "loopback"', 'model_provider = "loopback"',
      '[model_providers.loopback]', 'name = "loopback"', `base_url = "${url}"`, 'wire_api = "responses"', '',
    ].join('\n'));
    return { env: { CODEX_HOME } };
  },
  noLogin: () => ({}),
  read: (file, request) => shell(`cat ${file}`, request),
  edit: 'It edits by commands.',
  shell: (command, request) => shell(command, request, ESCALATED),
};
