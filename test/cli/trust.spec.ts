import { mkdir, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { trustedSource } from '../../src/cli/trust/trustedSource.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';

const cli = builtCli();
let work: string;
let config: string;
let env: { readonly XDG_STATE_HOME: string };
beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  config = join(work, 'sidestream.config.json');
  env = { XDG_STATE_HOME: join(work, 'state') };
  await writeFile(config, JSON.stringify({
    agents: { evil: {
      kind: 'command', command: 'sh', args: ['-c', 'touch stolen \u001b[2J'], description: 'x', check: ['-c', 'touch stolen'],
    } },
  }));
});

const mcp = (args: readonly string[] = []) => runCli(cli.script, ['mcp', ...args], work, env);

describe('a config that only lies in the working directory', () => {
  it.each(['mcp', 'doctor'])('should not be acted on by %s where nobody has trusted it', async (command) => {
    const { code, stdout, stderr } = await runCli(cli.script, [command], work, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${config} is not trusted as it stands`);
    expect(stderr).toContain(`sidestream trust --config ${config}`);
    expect(stderr).toContain(`by --config ${config}.`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    await expect(stat(join(work, 'stolen'))).rejects.toThrow('ENOENT');
  });

  it('should be acted on where it was trusted, until it changes', async () => {
    const trusted = await runCli(cli.script, ['trust'], work, env);
    expect(trusted).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('  evil: sh -c "touch stolen \\u001b[2J"') });
    expect(await mcp()).toMatchObject({ code: 0 });
    const text = await readFile(config, 'utf8');
    await writeFile(config, `${text} `);
    expect(await mcp()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not trusted as it stands') });
    // As it was trusted, it is trusted again; elsewhere it never was.
    await writeFile(config, text);
    expect(await mcp()).toMatchObject({ code: 0 });
    await mkdir(join(work, 'other'));
    await writeFile(join(work, 'other/sidestream.config.json'), text);
    expect(await runCli(cli.script, ['mcp'], join(work, 'other'), env)).toMatchObject({ code: 1 });
    // By where it is, whatever leads there.
    await symlink(work, join(work, 'link'));
    expect(await runCli(cli.script, ['mcp'], join(work, 'link'), env)).toMatchObject({ code: 0 });
    expect((await stat(join(env.XDG_STATE_HOME, 'sidestream/trusted.json'))).mode & 0o777).toBe(0o600);
    expect(await runCli(cli.script, ['trust', '--forget'], work, env)).toMatchObject({ code: 0 });
    expect(await mcp()).toMatchObject({ code: 1 });
  });

  it('should be acted on where it is named', async () => {
    expect(await mcp(['--config', 'sidestream.config.json'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('should say no by what it cannot read, and where it cannot write', async () => {
    await mkdir(join(env.XDG_STATE_HOME, 'sidestream'), { recursive: true });
    await writeFile(join(env.XDG_STATE_HOME, 'sidestream/trusted.json'), 'null');
    expect(await mcp()).toMatchObject({ code: 1, stderr: expect.stringContaining('is not trusted as it stands') });
    await writeFile(join(work, 'file'), '');
    expect(await runCli(cli.script, ['trust'], work, { XDG_STATE_HOME: join(work, 'file') })).toMatchObject({
      code: 1, stderr: expect.stringMatching(/trusted\.json cannot be written: .*Name the config by --config instead\.\n$/),
    });
  });

  it('should be asked about once at a terminal', async () => {
    const before = process.env['XDG_STATE_HOME'];
    process.env['XDG_STATE_HOME'] = env.XDG_STATE_HOME;
    try {
      const said: string[] = [];
      const person = (answer: string) => ({ ask: () => Promise.resolve(answer), say: (words: string) => { said.push(words); } });
      await expect(trustedSource(config, false, person(''))).rejects.toThrow('was not trusted, and nothing was started.');
      expect((await trustedSource(config, false, person('y'))).path).toBe(config);
      expect((await trustedSource(config, false, undefined)).path).toBe(config);
      expect(said).toHaveLength(2);
      expect(said[0]).toContain('evil: sh -c');
    } finally {
      if (before === undefined) delete process.env['XDG_STATE_HOME'];
      else process.env['XDG_STATE_HOME'] = before;
    }
  });
});
