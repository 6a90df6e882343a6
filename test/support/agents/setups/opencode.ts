import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';

export const opencode: RealAgent = {
  id: 'opencode', name: 'opencode', package: 'opencode-ai', seen: presets.opencode.seen,
  programs: ['node_modules/opencode-ai/bin/opencode.exe'],
  postinstall: 'node_modules/opencode-ai/postinstall.mjs',
  preset: presets.opencode,
  setUp: (_home, { url }) => Promise.resolve({
    env: {
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: { loopback: {
          npm: '@ai-sdk/openai-compatible', name: 'loopback', options: { baseURL: url, apiKey: 'none' },
          models: { loopback: { name: 'loopback', tool_call: true, limit: { context: 100_000, output: 8_000 } } },
        } },
        model: 'loopback/loopback', small_model: 'loopback/loopback',
      }),
    },
  }),
  noLogin: 'It needs none: without one it asks a free model of its own on the net.',
  read: (filePath) => ({ name: 'read', input: { filePath } }),
  edit: (filePath, content) => ({ name: 'write', input: { filePath, content } }),
  shell: (command) => ({ name: 'bash', input: { command, description: 'runs it' } }),
};
