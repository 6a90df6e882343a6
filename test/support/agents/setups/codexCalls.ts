import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRequest, ToolCall } from '../../modelServer/script.js';
import type { RealAgent } from '../realAgent.js';

/** Codex reads, edits and runs by its shell, which has another name in each of its versions. */
const shell = (command: string, { tools }: ModelRequest): ToolCall => {
  if (tools.includes('exec_command')) return { name: 'exec_command', input: { cmd: command, yield_time_ms: 30_000 } };
  if (tools.includes('shell_command')) return { name: 'shell_command', input: { command, timeout_ms: 300_000 } };
  return { name: 'shell', input: { command: ['sh', '-c', command], timeout_ms: 300_000 } };
};

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
  noLogin: (home) => ({ env: { CODEX_HOME: join(home, '.codex') } }),
  read: (file, request) => shell(`cat ${file}`, request),
  edit: 'It edits by commands.',
  shell,
};
