import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, outcome } from '../../src/index.js';
import { command, type CommandOptions } from '../../src/agents/command/index.js';
import { docker, type DockerOptions } from '../../src/processes/sandbox/index.js';
import { until } from '../support/until.js';

/** An image with a shell; `npm run test:sandbox` makes it. */
const image = process.env['SIDESTREAM_DOCKER'] ?? '';

(image === '' ? describe.skip : describe)('docker, with a real engine', () => {
  let root: string;
  const at = (name: string): string => join(root, name);
  beforeAll(async () => {
    root = await realpath(await mkdtemp('/var/tmp/sidestream-docker-spec-'));
    for (const name of ['cwd', 'in', 'out', 'secret']) {
      await mkdir(at(name));
      await writeFile(at(`${name}/file`), `of ${name}`);
    }
  });
  afterAll(() => rm(root, { recursive: true }));

  const notes = async (): Promise<readonly string[]> => (await readdir(tmpdir())).filter((name) => name.startsWith('sidestream-docker-'));
  async function endOf(file: string, args: readonly string[], options: CommandOptions = {}, given: Partial<DockerOptions> = {}) {
    await using session = createSession();
    const sandbox = docker({ image, readable: [at('in')], writable: [at('out')], ...given });
    const agent = command(file, args, { cwd: at('cwd'), input: () => '', sandbox, ...options });
    return await firstValueFrom(session.delegate(agent, { goal: 'go' }).events.pipe(outcome()));
  }

  it('should read and write what is named and nothing else, and leave nothing', async () => {
    const before = await notes();
    const tries = [
      `cat file ${at('in/file')}`, `echo new > ${at('out/new')}`, 'echo no > file', `cat ${at('secret/file')}`,
      'echo no > /proc/sys/kernel/core_pattern',
    ];
    const script = tries.map((each) => `( ${each} ) 2>/dev/null && echo; echo $?`).join('; ');
    expect(await endOf('sh', ['-c', script], { result: 'stdout' })).toMatchObject({
      type: 'completed', result: 'of cwdof in\n0\n\n0\n1\n1\n1',
    });
    expect(await readFile(at('out/new'), 'utf8')).toBe('new\n');
    await until(async () => (await notes()).length === before.length);
  });

  it.each([125, 126, 127])('should not take a program that ran for one that did not, at exit %p', async (code) => {
    const script = `echo 'docker: Error response from daemon: no such image.' >&2; exit ${code}`;
    expect(await endOf('sh', ['-c', script])).toMatchObject({
      type: 'failed', error: { code: 'agent_error', message: expect.stringContaining(`exited with code ${code}`) },
    });
    expect(await endOf('sh', ['-c', `echo well; ${script}`], { successCodes: [code] })).toMatchObject({
      type: 'completed', result: 'well',
    });
  });

  it('should say that nothing ran where the image is not there', async () => {
    expect(await endOf('sh', ['-c', 'true'], { successCodes: [0, 125] }, { image: 'localhost:1/sidestream-no-such-image' })).toMatchObject({
      type: 'failed', error: { code: 'not_started', message: expect.stringContaining('docker could not make the container') },
    });
  });

  it('should say that nothing ran where the engine does not run', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'unix:///nowhere/docker.sock';
    try {
      expect(await endOf('sh', ['-c', 'true'])).toMatchObject({
        type: 'failed', error: { code: 'not_started', message: expect.stringContaining('engine runs') },
      });
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  it('should be cancelled, and the container is gone', async () => {
    await using session = createSession();
    const agent = command('sh', ['-c', 'echo ready; exec sleep 600'], { cwd: at('cwd'), sandbox: docker({ image }) });
    const task = session.delegate(agent, { goal: 'go' });
    await until(() => task.snapshot().preview.length > 0);
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(await collect(session.delegate(command('docker', ['ps', '--all', '--quiet'], {
      input: () => '', result: 'stdout', env: { DOCKER_HOST: true },
    }), { goal: 'look' })).catch(String)).not.toMatch(/\w{12}/);
  });
});
