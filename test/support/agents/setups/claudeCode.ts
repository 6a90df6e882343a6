import { presets } from '../../../../src/agents/acp/index.js';
import type { RealAgent } from '../realAgent.js';

export const claudeCode: RealAgent = {
  id: 'claude', name: 'Claude Code', package: '@agentclientprotocol/claude-agent-acp', seen: presets.claudeCode.seen, node: 22,
  script: 'node_modules/@agentclientprotocol/claude-agent-acp/dist/index.js',
  preset: presets.claudeCode,
  setUp: (_home, { anthropicUrl }) => Promise.resolve({
    env: {
      ANTHROPIC_BASE_URL: anthropicUrl, ANTHROPIC_API_KEY: 'none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1',
    },
  }),
  noLogin: () => ({ env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' } }),
  read: (file_path) => ({ name: 'Read', input: { file_path } }),
  edit: (file_path, content) => ({ name: 'Write', input: { file_path, content } }),
  shell: (command) => ({ name: 'Bash', input: { command, description: 'runs it' } }),
};
