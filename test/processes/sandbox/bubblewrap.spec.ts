import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, take } from 'rxjs';
import { collect, createSession, lines } from '../../../src/index.js';
import { command } from '../../../src/agents/command/index.js';
import { bubblewrap, type Confinement } from '../../../src/processes/sandbox/index.js';
import { isAlive } from '../../support/processes/isAlive.js';
import { pidsWith } from '../../support/processes/pidsWith.js';

/** Whether bubblewrap is there and the system lets it work. */
const works = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', 'true'], { encoding: 'utf8' });
const missing = works.error?.message ?? (works.status === 0 ? undefined : works.stderr.trim());
if (missing !== undefined) console.warn(`Skipped: bubblewrap cannot be used here (${missing}). \`npm run test:sandbox\` installs it.`);
if (missing !== undefined && process.env['SIDESTREAM_REQUIRE_SANDBOX'] === '1') throw new Error(`bubblewrap is required here: ${missing}`);

(missing === undefined ? describe : describe.skip)('bubblewrap: a child that tries', () => {
  let root: string;
  const at = (name: string): string => join(root, name);

  beforeAll(async () => {
    // Not under /tmp, which is the program's own in there.
    await mkdir('build', { recursive: true });
    root = await realpath(await mkdtemp(join(process.cwd(), 'build', 'sandbox-')));
    for (const name of ['cwd', 'in', 'in/out', 'secret', 'kept']) await mkdir(at(name));
    for (const name of ['cwd', 'in', 'secret', 'kept']) await writeFile(at(`${name}/file`), `of ${name}`);
    await symlink(at('secret/file'), at('in/link'));
  });
  afterAll(() => rm(root, { recursive: true }));

  /** Tries a few lines of a shell in the sandbox and answers with what they print. */
  async function tries(script: string, confinement: Confinement = {}, env: Record<string, string> = {}): Promise<string> {
    await using session = createSession();
    const sh = command('sh', ['-c', `( ${script} ) 2>&1; true`], {
      cwd: at('cwd'), sandbox: bubblewrap(confinement), result: 'stdout', input: () => '', env,
    });
    return await collect(session.delegate(sh, { goal: 'try' }));
  }

  it('should read its working directory and what is named, and nothing else', async () => {
    const both = { readable: [at('in')] };
    expect(await tries(`cat file; echo; cat ${at('in/file')}`, both)).toBe('of cwd\nof in');
    expect(await tries(`cat ${at('secret/file')}`, both)).toMatch(/No such file/);
    expect(await tries(`cat ${at('in/link')}`, both)).toMatch(/No such file/);
    expect(await tries(`ls ${root}`, both)).toBe('cwd\nin');
    const elsewhere = await tries('cat /etc/shadow /var/log/* /etc/hostname; ls /home /mnt /srv /boot; ls -A ~', {}, { HOME: at('kept') });
    expect(elsewhere.split('\n').filter((words) => !words.includes('No such file'))).toEqual([]);
  });

  it('should write what is writable, and nothing else', async () => {
    expect(await tries(`echo new > ${at('kept/new')}; cat ${at('kept/new')}`, { writable: [at('kept')] })).toBe('new');
    expect(await readFile(at('kept/new'), 'utf8')).toBe('new\n');
    for (const [place, confinement] of [
      [at('cwd/file'), {}], [at('in/file'), { readable: [at('in')] }], ['/usr/bin/new', {}], ['/new', {}], ['/etc/passwd', {}],
    ] as const) {
      expect(await tries(`echo new > ${place}`, confinement)).toMatch(/Read-only|Permission denied|cannot create/);
    }
    expect(await readFile(at('cwd/file'), 'utf8')).toBe('of cwd');
  });

  it('should let a path within another keep its own right', async () => {
    const nested = { writable: [at('in')], readable: [at('in/out')] };
    expect(await tries(`echo new > ${at('in/out/new')}`, nested)).toMatch(/Read-only|cannot create/);
    expect(await tries(`echo new > ${at('in/new')}; cat ${at('in/new')}`, nested)).toBe('new');
    expect(await tries('echo new > file; cat file', { writable: [at('cwd')], readable: [at('in')] })).toBe('new');
  });

  it('should let nothing above a path that it only reads be moved away, and write beside it', async () => {
    const conf = at('kept/a/b/ro/conf');
    await mkdir(at('kept/a/b/ro'), { recursive: true });
    await writeFile(conf, 'good');
    const nested = { writable: [at('kept')], readable: [at('kept/a/b/ro')] };
    for (const [from, to] of [['a', 'c'], ['a/b', 'a/c'], ['a/b/ro', 'a/b/c']] as const) {
      const said = await tries(`cd ${at('kept')}; mv -T ${from} ${to} && mkdir -p a/b/ro && echo evil > a/b/ro/conf`, nested);
      expect([said, await readFile(conf, 'utf8')]).toEqual([expect.stringMatching(/busy|Read-only/), 'good']);
    }
    expect(await tries(`cd ${at('kept/a/b')}; echo new > new; mv new moved; cat moved`, nested)).toBe('new');
    // The same for a home that is not shown: what is in its place is read outside.
    const script = `cd ${at('kept')}; mv -T a c && mkdir -p a/b/ro && echo evil > a/b/ro/conf`;
    expect(await tries(script, { writable: [at('kept')] }, { HOME: at('kept/a/b/ro') })).toMatch(/busy/);
    expect(await readFile(conf, 'utf8')).toBe('good');
    await rm(at('kept/a'), { recursive: true });
  });

  it('should have a /tmp and a home of its own, which vanish', async () => {
    const mark = `sidestream-${process.pid}`;
    const home = at('secret');
    const script = `echo x > /tmp/${mark}; echo y > ~/${mark}; cat /tmp/${mark} ~/${mark}; ls ~`;
    expect(await tries(script, {}, { HOME: home })).toBe(`x\ny\n${mark}`);
    await expect(readFile(join(tmpdir(), mark))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(join(home, mark))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('should open no connection without network, and be let with it', async () => {
    const server = createServer((socket) => { socket.end('hello'); }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const call = `
      const { connect } = require('net');
      connect(${port}, '127.0.0.1').on('data', (words) => console.log(String(words))).on('error', ({ code }) => console.log(code))`;
    const script = `${process.execPath} -e "${call}"`;
    const node = { readable: [process.execPath] };
    expect(await tries(script, node)).toMatch(/ECONNREFUSED|ENETUNREACH/);
    expect(await tries(script, { ...node, network: true })).toBe('hello');
    server.close();
  });

  it('should see no process but its own', async () => {
    expect(await tries(`kill -0 ${process.pid} || echo not there`)).toMatch(/not there/);
  });

  it('should find the program itself wherever it is installed', async () => {
    await using session = createSession();
    const agent = command(process.execPath, ['-e', 'console.log("in there")'], { cwd: at('cwd'), sandbox: bubblewrap() });
    expect(await collect(session.delegate(agent, { goal: 'start' }))).toBe('in there');
  });

  it('should let the program put its things in order at TERM', async () => {
    await using session = createSession();
    const script = `trap 'sleep 0.2; echo saved > ${at('kept/saved')}; exit' TERM; echo ready; sleep 600 & wait`;
    const agent = command('sh', ['-c', script], { cwd: at('cwd'), sandbox: bubblewrap({ writable: [at('kept')] }) });
    const task = session.delegate(agent, { goal: 'work' });
    await firstValueFrom(task.events.pipe(lines(), take(1)));
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(await readFile(at('kept/saved'), 'utf8')).toBe('saved\n');
  });

  it('should show a home only where it is named, also where a directory above it is', async () => {
    const home = { HOME: at('secret') };
    expect(await tries('ls -A ~', { readable: [root] }, home)).toBe('');
    expect(await tries('ls -A ~', { readable: [root, at('secret')] }, home)).toBe('file');
  });

  it('should hand on no descriptor that this process was started with', () => {
    const project = process.cwd();
    const script = `
      import { collect, createSession } from 'sidestream';
      import { command } from 'sidestream/command';
      import { bubblewrap } from 'sidestream/sandbox';
      const agent = command('sh', ['-c', 'cat /proc/self/fd/20/passwd || echo nothing'], { cwd: 'docs', sandbox: bubblewrap() });
      console.log(await collect(createSession().delegate(agent, { goal: 'look' })));`;
    const start = 'exec 20</etc; exec "$0" --import tsx --input-type=module -e "$1"';
    const { stdout } = spawnSync('bash', ['-c', start, process.execPath, script], { cwd: project, encoding: 'utf8' });
    expect(stdout.trim()).toBe('nothing');
  });

  it('should be steered and cancelled through the sandbox, and leave nothing', async () => {
    await using session = createSession();
    const agent = command('sh', ['-c', 'echo $$; while read -r words; do echo "heard $words"; sleep 600 & done'], {
      cwd: at('cwd'), sandbox: bubblewrap(), steering: 'lines', input: () => '', env: { SIDESTREAM_MARK: root },
    });
    const task = session.delegate(agent, { goal: 'listen' });
    const heard = firstValueFrom(task.events.pipe(lines(), filter((words) => words === 'heard left'), take(1)));
    task.steer('left');
    await heard;
    const ours = pidsWith(`SIDESTREAM_MARK=${root}`);
    expect(ours.length).toBeGreaterThanOrEqual(3);
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(ours.filter(isAlive)).toEqual([]);
  });

  it.each([1, 125, 126, 127])('should not take a program that ran for one that did not, whatever it wrote, at exit %p', async (code) => {
    await using session = createSession();
    const script = `echo 'bwrap: execvp sh: No such file or directory' >&2; echo '{ "exit-code": 0 }' >&2; exit ${code}`;
    const ran = session.delegate(command('sh', ['-c', script], { cwd: at('cwd'), sandbox: bubblewrap() }), { goal: 'go' });
    await expect(collect(ran)).rejects.toMatchObject({ code: 'agent_error', message: expect.stringContaining(`exited with code ${code}`) });
    const well = command('sh', ['-c', `echo found nothing; ${script}`], { cwd: at('cwd'), sandbox: bubblewrap(), successCodes: [code] });
    expect(await collect(session.delegate(well, { goal: 'go' }))).toBe('found nothing');
  });

  it('should say that nothing ran where the program is missing in the sandbox, also where that code would be a success', async () => {
    await using session = createSession();
    const missing = command(at('kept/none'), [], { cwd: at('cwd'), sandbox: bubblewrap(), successCodes: [0, 1] });
    await expect(collect(session.delegate(missing, { goal: 'go' }))).rejects.toMatchObject({
      code: 'not_started', message: expect.stringMatching(/cannot be started in the sandbox: execvp/),
    });
  });

  it('should let ordinary tools make no setuid file, and do the rest', async () => {
    const script = `cd ${at('kept')}; cp /usr/bin/env tool; chmod 4755 tool || chmod 755 tool; mkdir -m 1777 d; stat -c %a tool d`;
    expect(await tries(script, { writable: [at('kept')] })).toMatch(/not permitted\n755\n1777$/);
  });

  it('should fail with what bubblewrap says where a path is not there', async () => {
    await expect(tries('true', { readable: [at('nowhere')] })).rejects.toMatchObject({
      code: 'not_started', message: expect.stringContaining('nowhere'),
    });
  });
});
