import { rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
    const cidFile = args[args.indexOf('--cidfile') + 1]!;
    expect([file, env['KEY']]).toEqual(['/usr/bin/docker', 'secret']);
    expect(after).toEqual(['/bin/sh', '-c', '"$1" rm --force "$2"; rm -rf "$3"', 'sidestream-docker', file, name, dirname(cidFile)]);
    expect(args.join(' ')).toBe([
      `run --rm --interactive --init --name ${name} --cidfile ${cidFile} --network none --read-only --tmpfs /tmp --cap-drop ALL`,
      `--security-opt no-new-privileges --user ${process.getuid?.()}:${process.getgid?.()}`,
      '--mount type=bind,source=/work,target=/work,readonly --mount type=bind,source=/data,target=/data,readonly',
      '--mount type=bind,"source=/odd,one","target=/odd,one",readonly --mount type=bind,source=/work/out,target=/work/out',
      '--env LANG --env KEY --workdir /work --entrypoint agent img --go a b',
    ].join(' '));
    const open = docker({ image: 'img', network: true })(launch);
    expect(open.args).toContain('bridge');
    for (const each of [args, open.args]) rmSync(dirname(each[each.indexOf('--cidfile') + 1]!), { recursive: true });
  });

  it('should say that docker started nothing only where there has been no container', () => {
    const { args, refused } = docker({ image: 'img' })(launch);
    const cidFile = args[args.indexOf('--cidfile') + 1]!;
    // The client makes the file, and refuses one that is there; nobody else can put one into that directory.
    expect(statSync(dirname(cidFile)).mode & 0o777).toBe(0o700);
    const ends = [1, 125, 126, 127].map((code) => ({ code, signal: null }));
    const words = 'docker: Cannot connect to the Docker daemon.\nSee \'docker run --help\'.\n';
    for (const end of ends) expect(refused?.(end, words, '')).toMatch(/^docker could not make the container: docker: Cannot connect/);
    expect(refused?.({ code: 0, signal: null }, words, '')).toBeUndefined();
    expect(refused?.({ code: null, signal: 'SIGKILL' }, words, '')).toBeUndefined();
    writeFileSync(cidFile, 'cafe');
    for (const end of ends) expect(refused?.(end, words, '')).toBeUndefined();
    rmSync(dirname(cidFile), { recursive: true });
  });

  it('should say that bubblewrap started nothing only where it reports no exit of the program', () => {
    const { reads, reports, args, refused } = bubblewrap()(launch);
    const from = args.indexOf('--seccomp');
    expect([reports, args.slice(from, from + 4)]).toEqual([true, ['--seccomp', '4', '--json-status-fd', '5']]);
    expect(reads?.length).toBeGreaterThan(0);
    const end = { code: 1, signal: null };
    const started = '{ "child-pid": 7 }\n';
    expect(refused?.(end, 'bwrap: Can\'t find source path /x: No such file\n', started)).toMatch(/could not make the sandbox: .*\/x/);
    expect(refused?.(end, 'bwrap: execvp agent: No such file or directory\n', started)).toMatch(/Name what it needs in `readable`/);
    expect(refused?.({ code: 3, signal: null }, '', '')).toMatch(/exited with code 3/);
    expect(refused?.(end, 'bwrap: execvp agent: No such file\n', `${started}{ "exit-code": 1 }\n`)).toBeUndefined();
  });

  it('should cover all of /proc that is the machine’s, and show no private key of the system', () => {
    const { args } = bubblewrap()(launch);
    const at = (path: string): readonly string[] => args.slice(args.lastIndexOf(path) - 2, args.lastIndexOf(path) + 1);
    expect(at('/proc/sys')).toEqual(['--ro-bind-try', '/proc/sys', '/proc/sys']);
    expect(args.indexOf('/proc/sys')).toBeGreaterThan(args.indexOf('--proc'));
    for (const each of ['/etc/ssl', '/etc/pki', '/etc', '/proc/self']) expect(args).not.toContain(each);
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

  it('should refuse to keep as it is what a link leads to that a child can replace', async () => {
    const open = join(directory, 'links');
    await mkdir(join(open, 'real', 'ro'), { recursive: true });
    await symlink('real', join(open, 'link'));
    for (const path of ['link', 'link/ro']) {
      const named = { writable: [open], readable: [join(open, path)] };
      const both = [bubblewrap(named), docker({ image: 'img', ...named })];
      for (const sandbox of both) expect(() => sandbox(launch)).toThrow(/a link within .*real/);
    }
    const inLink = { writable: [open, join(open, 'link/ro')] };
    expect(() => bubblewrap(inLink)(launch)).not.toThrow();
  });

  it('should mount what is between a writable path and one in it that is only read', () => {
    const cwd = '/w/x/cwd';
    const named = { writable: ['/w', '/w/d/open', '/w/ro/deep/open'], readable: ['/w/.git/hooks', '/w/ro'] };
    const { args } = bubblewrap(named)({ ...launch, cwd });
    const binds = args.flatMap((each, n) => /^--(ro-)?bind$/.test(each) && args[n + 1]!.startsWith('/w') ? [`${each} ${args[n + 1]}`] : []);
    expect(binds).toEqual([
      '--bind /w', '--bind /w/x', '--ro-bind /w/ro', '--bind /w/.git', '--ro-bind /w/x/cwd', '--bind /w/d/open',
      '--ro-bind /w/.git/hooks', '--bind /w/ro/deep/open',
    ]);
    const container = docker({ image: 'img', ...named })({ ...launch, cwd }).args;
    rmSync(dirname(container[container.indexOf('--cidfile') + 1]!), { recursive: true });
    expect(container.filter((each) => each.startsWith('type=bind'))).toEqual(binds.map((each) => {
      const [kind, path] = each.split(' ');
      return `type=bind,source=${path},target=${path}${kind === '--bind' ? '' : ',readonly'}`;
    }));
  });

  it('should not show a home that is not named for being between', () => {
    const { args } = bubblewrap({ writable: ['/home'], readable: ['/home/me/a/ro'] })(launch);
    expect(args.filter((each) => each.startsWith('/home'))).toEqual(['/home', '/home', '/home/me', '/home/me/a/ro', '/home/me/a/ro']);
    expect(args[args.indexOf('/home/me') - 1]).toBe('--tmpfs');
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
