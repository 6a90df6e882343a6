import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/cli/config/readConfig.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';

const cli = builtCli();
let work: string;
beforeEach(async () => { work = await mkdtemp(cli.path('work-')); });

describe('sidestream', () => {
  it('should say its version and its usage', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    expect(await runCli(cli.script, ['--version'], work)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const usage = { code: 0, stdout: expect.stringContaining('sidestream init'), stderr: '' };
    expect(await runCli(cli.script, ['--help'], work)).toEqual(usage);
    expect(await runCli(cli.script, [], work)).toEqual(usage);
  });

  it.each([
    [['serve'], 'Expected init or mcp, got serve.'],
    [['mcp', 'now'], 'Expected nothing after mcp, got now.'],
    [['mcp', '--port', '80'], "Unknown option '--port'"],
    [['mcp', '--http', '4747'], 'Expected --token-env NAME with --http'],
    [['mcp', '--http', '80000', '--token-env', 'T'], 'Expected --http to be a port from 0 to 65535, got 80000.'],
    [['mcp', '--http', '0', '--token-env', 'NOT_SET'], 'The variable NOT_SET (--token-env) is not set.'],
    [['mcp', '--token-env', 'T'], 'Expected --http with --token-env'],
    [['mcp', '--config', 'none.json'], 'none.json. Write a start of one: npx sidestream init'],
  ])('should refuse %j in one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await runCli(cli.script, args, work);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('sidestream init', () => {
  it('should write a start that is right as it stands, and say what to do with it', async () => {
    const { code, stdout } = await runCli(cli.script, ['init'], work);
    expect(code).toBe(0);
    const path = join(work, 'sidestream.config.json');
    expect(stdout).toContain(path);
    expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toEqual({
      mcpServers: { sidestream: { command: 'npx', args: ['sidestream', 'mcp', '--config', path] } },
    });
    expect(Object.keys((await readConfig(path)).agents)).toEqual(['search']);
  });

  it('should be right too with everything in it turned on', async () => {
    await runCli(cli.script, ['init'], work);
    const path = join(work, 'sidestream.config.json');
    const off = await readFile(path, 'utf8');
    await writeFile(path, off.replace(/"\/\/(coder|thinker|sandbox|session|defaultAgent)"/g, '"$1"').replace('OPENAI_API_KEY', 'PATH'));
    const { agents, session, defaultAgent } = await readConfig(path);
    const kinds = Object.fromEntries(Object.entries(agents).map(([name, { kind }]) => [name, kind]));
    expect(kinds).toEqual({ search: 'command', coder: 'acp', thinker: 'model' });
    expect({ session, defaultAgent }).toMatchObject({ session: { maxRunning: 4 }, defaultAgent: 'search' });
  });

  it('should leave what is there as it is', async () => {
    await writeFile(join(work, 'mine.json'), 'mine');
    expect(await runCli(cli.script, ['init', '--config', 'mine.json'], work)).toMatchObject({
      code: 1, stdout: '', stderr: expect.stringContaining('mine.json is there already'),
    });
    expect(await readFile(join(work, 'mine.json'), 'utf8')).toBe('mine');
  });
});
