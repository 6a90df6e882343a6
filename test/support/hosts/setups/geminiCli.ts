import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMPT, type RealHost } from '../realHost.js';

export const geminiCli: RealHost = {
  id: 'gemini', name: 'Gemini CLI', package: '@google/gemini-cli', seen: '0.61.0',
  script: 'node_modules/@google/gemini-cli/bundle/gemini.js',
  async setUp(home, { geminiUrl }, server) {
    await mkdir(join(home, '.gemini'));
    await writeFile(join(home, '.gemini/settings.json'), JSON.stringify({
      mcpServers: { sidestream: { ...server, trust: true } },
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    }));
    return {
      args: ['-p', PROMPT, '--skip-trust', '--approval-mode', 'yolo', '--model', 'gemini-2.5-flash'],
      env: { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: geminiUrl },
    };
  },
};
