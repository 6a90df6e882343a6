import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { agentsOf } from '../../src/cli/config/agentsOf.js';
import { readConfig } from '../../src/cli/config/readConfig.js';
import { init } from '../../src/cli/init/init.js';
import { collect, createSession } from '../../src/index.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';

const cli = builtCli();
let work: string;
beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  process.env['XDG_STATE_HOME'] = join(work, 'state');
});
afterAll(() => { delete process.env['XDG_STATE_HOME']; });

describe('sidestream', () => {
  it('should say its version and its usage', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { readonly version: string };
    expect(await runCli(cli.script, ['--version'], work)).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const usage = { code: 0, stdout: expect.stringContaining('sidestream init'), stderr: '' };
    expect(await runCli(cli.script, ['--help'], work)).toEqual(usage);
    expect(await runCli(cli.script, [], work)).toEqual(usage);
  });

  it.each([
    [['serve'], 'Expected init, mcp, doctor, trust or tasks, got serve.'],
    [['docter'], 'got docter (did you mean doctor?)'],
    [['mcp', '--http', '0', '--token-env', 'a1b2c3d4e5f6a7b8c9d0'],
      'Expected --token-env to name a variable that is set, got a string of 20 characters.'],
    [['mcp', '--http', '0', '--origin', 'http://me:hunter2@localhost'], 'localhost:6274, got a string of 27 characters.'],
    [['mcp', 'now'], 'Expected nothing after mcp, got now.'],
    [['mcp', '--port', '80'], "Unknown option '--port'"],
    [['mcp', '--config', 'right.json', '--http', '4747'], 'Expected --token-env NAME with --http'],
    [['mcp', '--http', '80000', '--token-env', 'T'], 'Expected --http to be a port from 0 to 65535, got 80000.'],
    [['mcp', '--http', '0', '--token-env', 'NOT_SET'], 'Expected --token-env to name a variable that is set, got NOT_SET.'],
    [['mcp', '--token-env', 'T'], 'Expected --http with --token-env'],
    [['mcp', '--config', 'none.json'], 'none.json. Write a start of one: npx sidestream init'],
  ])('should refuse %j in one sentence', async (args, sentence) => {
    await writeFile(join(work, 'right.json'), JSON.stringify({ agents: { one: { kind: 'command', command: 'true', description: 'x' } } }));
    const { code, stdout, stderr } = await runCli(cli.script, args, work);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

/** A config with one of its names without its slashes, for each that has some. */
function turnedOn(config: string): readonly (readonly [name: string, text: string])[] {
  return [...config.matchAll(/"\/\/(\w*)":/g)].map(({ 0: all, 1: name, index }) =>
    [name!, `${config.slice(0, index)}"${name}":${config.slice(index + all.length)}`] as const);
}

describe('sidestream init', () => {
  const environment = { PATH: '/usr/bin:/bin' };

  it('should be followed by doctor with no more questions, until the config is changed', async () => {
    await runCli(cli.script, ['init', '--agents', 'none'], work, environment);
    expect(await runCli(cli.script, ['doctor'], work, environment)).toMatchObject({ code: 0, stdout: expect.stringContaining('search') });
    const path = join(work, 'sidestream.config.json');
    await writeFile(path, `${await readFile(path, 'utf8')}\n`);
    expect(await runCli(cli.script, ['doctor'], work, environment)).toMatchObject({
      code: 1, stderr: expect.stringContaining('is not trusted as it stands'),
    });
  });

  it('should write a start that is right as it stands, and a server that starts from any folder without asking a registry', async () => {
    const { code, stdout } = await runCli(cli.script, ['init'], work, environment);
    expect(code).toBe(0);
    const path = join(work, 'sidestream.config.json');
    expect(stdout).toContain(path);
    const { mcpServers: { sidestream: server } } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as
      { mcpServers: { sidestream: { command: string; args: string[] } } };
    expect(server).toEqual({ command: process.execPath, args: [cli.script, 'mcp', '--config', path] });
    expect(Object.keys((await readConfig(path)).agents)).toEqual(['search']);
    expect((await readConfig(path)).store).toBe('.sidestream/tasks.db');
    expect(await readFile(join(work, '.sidestream/.gitignore'), 'utf8')).toBe('*\n');

    const client = new Client({ name: 'spec', version: '1' });
    // From another folder, and with a registry that is nobody's.
    await client.connect(new StdioClientTransport({ ...server, cwd: cli.path('dist'), env: { npm_config_registry: 'http://127.0.0.1:9' } }));
    const call = async (goal: string) => (await client.callTool({ name: 'delegate_task', arguments: { goal } })).structuredContent;
    // Nothing found is an answer, too.
    expect(await call(`no such ${Math.random()} text`)).toMatchObject({ ok: true, status: 'completed', summary: '' });
    expect(await call('parseArgs')).toMatchObject({ status: 'completed', summary: expect.stringContaining('main.js') });
    await client.close();
    // The tasks of that server are kept.
    const { stdout: listed } = await runCli(cli.script, ['tasks'], work);
    expect(listed).toContain("2 tasks, nobody's");
    expect(listed).toMatch(/^search-\S+ +search +completed .*parseArgs$/m);
  });

  it('should be right with each line of it turned on by taking its slashes away', async () => {
    await runCli(cli.script, ['init'], work, environment);
    const path = join(work, 'sidestream.config.json');
    const off = (await readFile(path, 'utf8')).replace('OPENAI_API_KEY', 'PATH');
    const all = turnedOn(off);
    expect(all.map(([name]) => name)).toEqual(
      expect.arrayContaining(['', 'cwd', 'coder', 'sandbox', 'thinker', 'defaultAgent', 'session']),
    );
    for (const [name, text] of all) {
      await writeFile(path, text);
      const config = await readConfig(path);
      if (name !== '') expect(text).toContain(`"${name}":`);
      // The directory of the config, wherever this runs.
      const { search } = await agentsOf(config);
      await using session = createSession();
      if (name === 'cwd' && 'cwd' in config.agents['search']!) {
        expect(await collect(session.delegate(search!.agent, { goal: '"kind": "command"' }))).toContain('sidestream.config.json');
      }
    }
    await writeFile(path, off.replace(/"\/\/(\w*)":/g, '"$1":').replaceAll(/"":/g, () => '"//":'));
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
    expect(await runCli(cli.script, ['init', '--config', 'none/mine.json'], work)).toMatchObject({
      code: 1, stderr: expect.stringContaining('mine.json cannot be written: its directory is not there.'),
    });
  });

  it('should find the agents that are on the PATH or in node_modules, and name the program where the PATH does not', async () => {
    const bin = join(work, 'bin');
    const own = join(work, 'node_modules/.bin');
    for (const place of [bin, own]) await mkdir(place, { recursive: true });
    await writeFile(join(bin, 'opencode'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(own, 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(own, 'qwen'), 'not to be run', { mode: 0o644 });
    // As npx has it: what is in node_modules is on its PATH, and not on a host's.
    const env = { PATH: `${own}:${bin}:/usr/bin:/bin` };
    const { stdout } = await runCli(cli.script, ['init', '--yes'], work, env);
    expect(stdout).toContain(`Found opencode: ${bin}/opencode`);
    expect((await readConfig(join(work, 'sidestream.config.json'))).agents).toMatchObject({
      opencode: { kind: 'acp', preset: 'opencode' },
      gemini: { kind: 'acp', preset: 'geminiCli', command: join(own, 'gemini') },
    });
    const only = async (agents: string): Promise<readonly string[]> => {
      const config = `${agents}.json`;
      await runCli(cli.script, ['init', '--config', config, '--agents', agents], work, env);
      return Object.keys((await readConfig(join(work, config))).agents);
    };
    expect(await only('gemini,codex')).toEqual(['search', 'gemini', 'codex']);
    expect(await only('none')).toEqual(['search']);
    expect(await only('all')).toEqual(['search', 'opencode', 'gemini']);
    expect(await runCli(cli.script, ['init', '--config', 'x.json', '--agents', 'opncode'], work, env)).toMatchObject({
      code: 1, stderr: expect.stringContaining('got opncode (did you mean opencode?).'),
    });
  });

  it('should ask a person which of them are wanted', async () => {
    await mkdir(join(work, 'node_modules/.bin'), { recursive: true });
    for (const name of ['gemini', 'qwen']) await writeFile(join(work, 'node_modules/.bin', name), '#!/bin/sh\n', { mode: 0o755 });
    const said: string[] = [];
    const answers = ['gemni', 'gemini'];
    const terminal = {
      ask: (question: string) => Promise.resolve(answers[said.push(question) === 1 ? 0 : 1]!),
      say: (words: string) => { said.push(words); },
    };
    const printed = console.log;
    console.log = () => undefined;
    try {
      await init({ config: join(work, 'asked.json'), agents: undefined, yes: false }, terminal);
    } finally {
      console.log = printed;
    }
    expect(Object.keys((await readConfig(join(work, 'asked.json'))).agents)).toEqual(['search', 'gemini']);
    expect(said[0]).toContain('[geminiCli,qwenCode]');
    expect(said[1]).toContain('got gemni (did you mean gemini?)');
  });
});
