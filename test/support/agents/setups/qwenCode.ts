import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';

export const qwenCode: RealAgent = {
  id: 'qwen', name: 'Qwen Code', package: '@qwen-code/qwen-code', seen: presets.qwenCode.seen, node: 22,
  script: 'node_modules/@qwen-code/qwen-code/cli-entry.js',
  preset: presets.qwenCode,
  setUp: (_home, { url }) => Promise.resolve({
    authenticate: 'openai',
    env: { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: url, OPENAI_MODEL: 'loopback' },
  }),
  noLogin: () => ({}),
  read: (file_path) => ({ name: 'read_file', input: { file_path } }),
  edit: (file_path, content) => ({ name: 'write_file', input: { file_path, content } }),
  shell: (command) => ({ name: 'run_shell_command', input: { command, description: 'runs it', is_background: false } }),
};
