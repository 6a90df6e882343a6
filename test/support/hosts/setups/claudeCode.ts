import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMPT, type RealHost } from '../realHost.js';

const binary = `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}`;

export const claudeCode: RealHost = {
  id: 'claude-code', name: 'Claude Code', package: '@anthropic-ai/claude-code', seen: '2.1.330',
  programs: [`${binary}/claude`, `${binary}-musl/claude`],
  // It lists what a server has by name only, until its model asks for more.
  search: {
    name: 'ToolSearch',
    input: (names) => ({ query: `select:${names.map((name) => `mcp__sidestream__${name}`).join(',')}`, max_results: names.length }),
  },
  async setUp(home, { anthropicUrl }, server) {
    const config = join(home, 'mcp.json');
    await writeFile(config, JSON.stringify({ mcpServers: { sidestream: server } }));
    return {
      args: [
        '-p', PROMPT, '--mcp-config', config, '--strict-mcp-config', '--allowedTools', 'mcp__sidestream', '--model', 'sonnet',
      ],
      env: {
        ANTHROPIC_BASE_URL: anthropicUrl, ANTHROPIC_API_KEY: 'none',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1',
      },
    };
  },
};
