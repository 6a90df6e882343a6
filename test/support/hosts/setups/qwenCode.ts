import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMPT, type RealHost } from '../realHost.js';

const nameOf = (name: string): string => `mcp__sidestream__${name}`;

export const qwenCode: RealHost = {
  id: 'qwen', name: 'Qwen Code', package: '@qwen-code/qwen-code', seen: '0.24.4', node: 22,
  script: 'node_modules/@qwen-code/qwen-code/cli-entry.js',
  // None of our tools is in its prompt, and they stay hidden: its model calls them through one of its own.
  search: { name: 'tool_search', input: (names) => ({ query: `select:${names.map(nameOf).join(',')}`, max_results: names.length }) },
  call: (name, input) => ({ name: 'tool_call', input: { name: nameOf(name), arguments: input } }),
  async setUp(home, { url }, server) {
    await mkdir(join(home, '.qwen'));
    await writeFile(join(home, '.qwen/settings.json'), JSON.stringify({
      mcpServers: { sidestream: { ...server, trust: true } },
      security: { auth: { selectedType: 'openai' } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    }));
    return {
      args: ['-p', PROMPT, '--approval-mode', 'yolo', '--auth-type', 'openai'],
      env: { OPENAI_API_KEY: 'none', OPENAI_BASE_URL: url, OPENAI_MODEL: 'loopback' },
    };
  },
};
