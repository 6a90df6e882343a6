import { PROMPT, type RealHost } from '../realHost.js';

export const opencode: RealHost = {
  id: 'opencode', name: 'opencode', package: 'opencode-ai', seen: '1.18.33',
  programs: ['node_modules/opencode-ai/bin/opencode.exe'],
  postinstall: 'node_modules/opencode-ai/postinstall.mjs',
  setUp: (_home, { url }, { command, args }) => Promise.resolve({
    args: ['run', '--print-logs', PROMPT],
    env: {
      OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: { loopback: {
          npm: '@ai-sdk/openai-compatible', name: 'loopback', options: { baseURL: url, apiKey: 'none' },
          models: { loopback: { name: 'loopback', tool_call: true, limit: { context: 100_000, output: 8_000 } } },
        } },
        model: 'loopback/loopback', small_model: 'loopback/loopback', permission: { '*': 'allow' },
        mcp: { sidestream: { type: 'local', command: [command, ...args], enabled: true } },
      }),
    },
  }),
};
