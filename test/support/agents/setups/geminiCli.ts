import { setTimeout as sleep } from 'node:timers/promises';
import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';

export const geminiCli: RealAgent = {
  id: 'gemini', name: 'Gemini CLI', package: '@google/gemini-cli', seen: presets.geminiCli.seen,
  script: 'node_modules/@google/gemini-cli/bundle/gemini.js',
  preset: presets.geminiCli,
  setUp: (_home, { geminiUrl }) => Promise.resolve({
    // A named model needs no other model to choose it.
    args: [...presets.geminiCli.args, '--model', 'gemini-2.5-flash'],
    authenticate: 'gemini-api-key',
    env: { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: geminiUrl },
  }),
  noLogin: () => ({}),
  read: (file_path) => ({ name: 'read_file', input: { file_path } }),
  edit: (file_path, content) => ({ name: 'write_file', input: { file_path, content } }),
  shell: (command) => ({ name: 'run_shell_command', input: { command, description: 'runs it' } }),
  // It names the file of a conversation after its minute, and a session/load within the same minute writes over what it is to load.
  settle: () => sleep(61_000 - Date.now() % 60_000),
};
