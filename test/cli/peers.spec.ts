import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';

const AGENTS = {
  command: { kind: 'command', description: 'x', command: 'true' },
  acp: { kind: 'acp', preset: 'opencode' },
  model: { kind: 'model', provider: 'openai-compatible', baseURL: 'http://127.0.0.1:1', model: 'x', description: 'x' },
};

const REQUIRED = ['rxjs', 'zod', 'nanoid'];

describe('sidestream mcp without a package that it needs', () => {
  const bare = builtCli(REQUIRED);
  const some = builtCli([...REQUIRED, '@modelcontextprotocol/sdk']);
  const half = builtCli([...REQUIRED, '@modelcontextprotocol/sdk', 'ai']);

  it.each([
    ['command', bare, 'sidestream mcp needs @modelcontextprotocol/sdk, which does not come with sidestream: '
      + 'npm i @modelcontextprotocol/sdk'],
    ['acp', some, 'An agent of kind acp needs @agentclientprotocol/sdk, which does not come with sidestream: '
      + 'npm i @agentclientprotocol/sdk'],
    ['model', some, 'An agent of kind model needs ai and @ai-sdk/openai-compatible, which does not come with sidestream: '
      + 'npm i ai @ai-sdk/openai-compatible'],
    ['model', half, 'An agent of kind model needs ai and @ai-sdk/openai-compatible'],
  ] as const)('should say for %s in one sentence how it is had', async (kind, cli, sentence) => {
    const work = await mkdtemp(cli.path('work-'));
    await writeFile(join(work, 'sidestream.config.json'), JSON.stringify({ agents: { one: AGENTS[kind] } }));
    const { code, stdout, stderr } = await runCli(cli.script, ['mcp', '--config', 'sidestream.config.json'], work);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^sidestream: /);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('should start without the packages of kinds that are not named', async () => {
    const work = await mkdtemp(some.path('work-'));
    await writeFile(join(work, 'sidestream.config.json'), JSON.stringify({ agents: { one: AGENTS.command } }));
    expect(await runCli(some.script, ['mcp', '--config', 'sidestream.config.json'], work)).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
