import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, outcome } from '../../../src/index.js';
import { command, type Launch, type Sandbox } from '../../../src/agents/command/index.js';
import { bubblewrap, docker } from '../../../src/processes/sandbox/index.js';

let directory: string;
beforeAll(async () => { directory = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-sandbox-'))); });
afterAll(() => rm(directory, { recursive: true }));

const launch: Launch = {
  file: 'agent', args: ['--go', 'a b'], cwd: '/work', env: { PATH: '/usr/bin', HOME: '/home/me', LANG: 'C', KEY: 'secret' },
};
const endOf = async (sandbox: Sandbox, env: Record<string, string> = {}) => {
  await using session = createSession();
  const task = session.delegate(command('echo', ['ran outside'], { cwd: directory, sandbox, env }), { goal: 'go' });
  return await firstValueFrom(task.events.pipe(outcome()));
};

describe('sandboxes', () => {
  const nowhere = { program: '/nowhere/at/all' };

  it.each([
    ['bubblewrap', bubblewrap(nowhere), /apt-get install bubblewrap/],
    ['docker', docker({ image: 'x', ...nowhere }), /apt-get install docker/],
  ])(
    'should fail with the package to install where %s is missing, and run nothing outside', async (_, sandbox, message) => {
      expect(await endOf(sandbox)).toMatchObject({
        type: 'failed', error: { code: 'not_started', message: expect.stringMatching(message) },
      });
    });

  it('should be any function from what is to be started to what is started instead', async () => {
    await using session = createSession();
    const quietly: Sandbox = (given) => ({ ...given, file: 'env', args: ['-i', 'CONFINED=yes', given.file, ...given.args] });
    const agent = command('/usr/bin/env', [], { sandbox: quietly, result: 'stdout', input: () => '' });
    expect(await collect(session.delegate(agent, { goal: 'go' }))).toBe('CONFINED=yes');
  });

  it('should run what is to be run after a program, when it is gone', async () => {
    await using session = createSession();
    const mark = join(directory, 'after');
    const marked: Sandbox = (given) => ({ ...given, after: ['touch', mark] });
    const task = session.delegate(command('sleep', ['600'], { sandbox: marked }), { goal: 'go' });
    await expect(stat(mark)).rejects.toMatchObject({ code: 'ENOENT' });
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect((await stat(mark)).isFile()).toBe(true);
  });

  it('should show a container what is named and nothing else, and its values to no process list', () => {
    const confined = docker({ image: 'img', program: '/usr/bin/docker', readable: ['/data', '/odd,one'], writable: ['/work/out'] });
    const { file, args, env, after } = confined(launch);
    const name = args[args.indexOf('--name') + 1];
    expect(name).toMatch(/^sidestream-/);
    expect([file, after, env['KEY']]).toEqual(['/usr/bin/docker', ['/usr/bin/docker', 'rm', '--force', name], 'secret']);
    expect(args.join(' ')).toBe([
      `run --rm --interactive --init --name ${name} --network none --read-only --tmpfs /tmp --cap-drop ALL`,
      `--security-opt no-new-privileges --user ${process.getuid?.()}:${process.getgid?.()}`,
      '--mount type=bind,source=/work,target=/work,readonly --mount type=bind,source=/data,target=/data,readonly',
      '--mount type=bind,"source=/odd,one","target=/odd,one",readonly --mount type=bind,source=/work/out,target=/work/out',
      '--env LANG --env KEY --workdir /work --entrypoint agent img --go a b',
    ].join(' '));
    expect(docker({ image: 'img', network: true })(launch).args).toContain('bridge');
  });

  it.each([undefined, null, {}, { file: 'echo' }, Promise.resolve()])('should start nothing where it answers with %p', async (answer) => {
    await using session = createSession();
    const task = session.delegate(command('echo', ['ran outside'], { sandbox: () => answer as never }), { goal: 'go' });
    expect(await firstValueFrom(task.events.pipe(outcome()))).toMatchObject({
      type: 'failed', error: { message: expect.stringMatching(/of the sandbox|answer with what is to be started/) },
    });
    expect(task.snapshot().preview).toEqual([]);
  });

  it('should take its own program from the system, and never from what a child could have written', async () => {
    await writeFile(join(directory, 'bwrap'), '#!/bin/sh\necho planted', { mode: 0o755 });
    const before = process.env['PATH'];
    try {
      process.env['PATH'] = `${directory}:.`;
      expect(bubblewrap({ writable: [directory] })(launch).file).toMatch(/^\/(usr\/)?bin\/bwrap$/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  it('should follow no link that leads out of what a child can write', async () => {
    await mkdir(join(directory, 'open'), { recursive: true });
    await symlink('/etc', join(directory, 'open', 'data'));
    const sandbox = bubblewrap({ writable: [join(directory, 'open')], readable: [join(directory, 'open', 'data')] });
    expect(() => sandbox(launch)).toThrow(/leads out of/);
  });

  it('should refuse to show everything by way of the working directory', () => {
    for (const sandbox of [bubblewrap(), docker({ image: 'img' })]) {
      for (const cwd of ['/', '/home/me']) expect(() => sandbox({ ...launch, cwd })).toThrow(/`cwd`/);
      expect(() => bubblewrap({ writable: ['/'] })(launch)).toThrow(/got \//);
    }
  });

  it.each<[() => unknown, RegExp]>([
    [() => bubblewrap({ readable: '/x' } as never), /`readable` to be a list of paths/],
    [() => bubblewrap({ writeable: ['/x'] } as never), /Unknown field `writeable`/],
    [() => bubblewrap({ network: 'yes' } as never), /`network` to be true or false/],
    [() => docker({} as never), /`image` to be the name of an image/],
    [() => docker({ image: '--privileged' }), /`image` to be the name of an image/],
    [() => docker(undefined as never), /the options of docker/],
  ])('should refuse options that are not what they should be: %#', (make, message) => {
    expect(make).toThrow(message);
  });
});
