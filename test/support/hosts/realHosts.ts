import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelServer } from '../modelServer/createModelServer.js';

/** What starts the MCP server that a host is to use. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** A program to run, with what it needs and nothing else. */
export interface HostCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A real MCP host, as it is run without anybody at its keyboard. */
export interface RealHost {
  readonly name: string;
  /** The package, and the version that was seen to do all this. */
  readonly package: string;
  readonly seen: string;
  /** Writes its config into its home, and answers with how it is run. */
  setUp(installed: string, home: string, model: ModelServer, server: ServerCommand): Promise<HostCommand>;
}

const PROMPT = 'Do the work.';

export const claudeCode: RealHost = {
  name: 'Claude Code', package: '@anthropic-ai/claude-code', seen: '2.1.330',
  setUp: async (installed, home, { anthropicUrl }, server) => {
    const config = join(home, 'mcp.json');
    await writeFile(config, JSON.stringify({ mcpServers: { sidestream: server } }));
    const binary = `node_modules/@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
    const folder = [binary, `${binary}-musl`].map((each) => join(installed, each)).find((each) => existsSync(each)) ?? '';
    return {
      file: join(folder, 'claude'),
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

export const geminiCli: RealHost = {
  name: 'Gemini CLI', package: '@google/gemini-cli', seen: '0.61.0',
  setUp: async (installed, home, { geminiUrl }, server) => {
    await mkdir(join(home, '.gemini'));
    await writeFile(join(home, '.gemini/settings.json'), JSON.stringify({
      mcpServers: { sidestream: { ...server, trust: true } },
      security: { auth: { selectedType: 'gemini-api-key' } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    }));
    return {
      file: join(installed, 'node_modules/.bin/gemini'),
      args: ['-p', PROMPT, '--skip-trust', '--approval-mode', 'yolo', '--model', 'gemini-2.5-flash'],
      env: { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: geminiUrl },
    };
  },
};

export const opencode: RealHost = {
  name: 'opencode', package: 'opencode-ai', seen: '1.18.33',
  setUp: (installed, _home, { url }, { command, args }) => Promise.resolve({
    file: join(installed, 'node_modules/.bin/opencode'),
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
