import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { acp } from '../../../src/agents/acp/index.js';
import { command } from '../../../src/agents/command/index.js';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { openWorktree } from '../../../src/processes/workplace/worktree.js';
import { ACTOR } from '../../support/acp/actor.js';
import { until } from '../../support/until.js';

const hasGit = ((): boolean => {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('Skipped: worktrees need git, which is not here.');
    return false;
  }
})();

let session: Session;
let repo: string;
const git = (...args: readonly string[]): string => execFileSync('git', [
  '-C', repo, '-c', 'user.name=x', '-c', 'user.email=x@localhost', '-c', 'commit.gpgsign=false', ...args,
], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeEach(async () => {
  session = createSession();
  repo = await realpath(await mkdtemp(join(tmpdir(), 'sidestream-repo-')));
});
afterEach(async () => {
  await session.close();
  await rm(repo, { recursive: true, force: true });
});

async function commit(): Promise<void> {
  git('init', '--quiet', '--initial-branch=main');
  await mkdir(join(repo, 'sub'));
  await writeFile(join(repo, 'a.txt'), 'one\ntwo\n');
  await writeFile(join(repo, 'sub/b.txt'), 'b\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
}

const sh = (script: string, more: object = {}) => command('sh', ['-c', script], { cwd: repo, worktree: true, ...more });
const start = (script: string, more: object = {}): Task => session.delegate(sh(script, more), { goal: 'x' });
const trees = (): Promise<readonly string[]> => readdir(join(repo, '.sidestream/worktrees')).catch(() => []);
const branches = (): readonly string[] => git('branch', '--format=%(refname:short)').trim().split('\n');

(hasGit ? describe : describe.skip)('a worktree for each task', () => {
  it('should keep what was changed on a branch of its own, and end the result with it', async () => {
    await commit();
    await writeFile(join(repo, 'a.txt'), 'not committed\n');
    const task = start('pwd; echo three >> a.txt; printf "x\\ny\\n" > "new\nfile"; rm sub/b.txt; cat a.txt; echo done');
    const answer = await collect(task);
    const path = join(repo, '.sidestream/worktrees', task.id);
    expect(answer).toBe([
      'done', '', `[worktree ${path} on branch sidestream/${task.id}: 3 files changed, +3 -1]`,
      'M a.txt (+1 -0)', 'A "new\\nfile" (+2 -0)', 'D sub/b.txt (+0 -1)',
    ].join('\n'));
    expect(task.snapshot().preview[0]).toMatch(
      /^\[worktree .* on branch sidestream\/.*, from commit [0-9a-f]{12}; the 1 uncommitted change of .* are not in it\]$/,
    );
    expect(task.snapshot().preview).toContain(path);
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('one\ntwo\nthree\n');
    expect(await readFile(join(repo, 'a.txt'), 'utf8')).toBe('not committed\n');
    // Git sees nothing of it in the repository itself.
    expect(git('status', '--porcelain')).toBe(' M a.txt\n');
    expect(branches()).toEqual(['main', `sidestream/${task.id}`]);
  });

  it('should tell commits, and be removed with its branch where nothing was changed', async () => {
    await commit();
    const made = start('git -c user.name=x -c user.email=x@localhost commit -q --allow-empty -m more; echo hi > c; git add c; echo done');
    expect(await collect(made)).toContain('1 file changed, +1 -0, 1 commit]\nA c (+1 -0)');
    const none = start('echo nothing to do');
    expect(await collect(none)).toMatch(/^nothing to do\n\n\[worktree .*: nothing was changed, so it is removed\]$/);
    await firstValueFrom(none.stopped);
    expect(await trees()).toEqual([made.id]);
    expect(branches()).toEqual(['main', `sidestream/${made.id}`]);
  });

  it('should give each of many tasks at one time its own, in a directory below the repository\'s too', async () => {
    await commit();
    const tasks = Array.from({ length: 6 }, (_, n) => start(`cat b.txt; echo ${n} > n.txt; echo ok`, { cwd: join(repo, 'sub') }));
    for (const task of tasks) expect(await collect(task)).toContain('A sub/n.txt (+1 -0)');
    expect(await trees()).toHaveLength(6);
  });

  it('should take another name where one is taken', async () => {
    await commit();
    git('branch', 'sidestream/same');
    await session.close();
    session = createSession({ generateId: () => 'same' });
    expect(await collect(start('touch x; echo ok'))).toContain('on branch sidestream/same-2:');
  });

  it('should make room where a branch is called as the folder of its branches', async () => {
    await commit();
    git('branch', 'sidestream');
    const task = start('touch x; echo ok');
    expect(await collect(task)).toContain(`on branch sidestream-${task.id}:`);
  });

  it('should keep what a cancelled and what a failed task has changed, and nothing of those that changed nothing', async () => {
    await commit();
    const cancelled = start('echo half > half.txt; echo ready; sleep 100');
    const idle = start('echo ready; sleep 100');
    await until(() => [cancelled, idle].every((task) => task.snapshot().preview.includes('ready')));
    for (const task of [cancelled, idle]) {
      task.cancel();
      await firstValueFrom(task.stopped);
    }
    const failed = start('echo x > x.txt; exit 3');
    await expect(collect(failed)).rejects.toThrow('exited with code 3');
    expect(failed.snapshot().preview.join('\n')).toContain('A x.txt (+1 -0)');
    await firstValueFrom(failed.stopped);
    expect([...await trees()].sort()).toEqual([cancelled.id, failed.id].sort());
  });

  it('should leave nothing where it is cancelled while it is made', async () => {
    await commit();
    const task = start('echo never');
    task.cancel();
    await firstValueFrom(task.stopped);
    expect(await trees()).toEqual([]);
    expect(branches()).toEqual(['main']);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });

  it('should run nothing that an agent put in its way', async () => {
    await commit();
    await writeFile(join(repo, '.git/hooks/post-checkout'), `#!/bin/sh\ntouch ${repo}/hooked\n`, { mode: 0o755 });
    const evil = `rm .git; git init -q .; git config core.fsmonitor "touch ${repo}/stolen"; `
      + `git config diff.external "touch ${repo}/stolen"; `
      + 'echo "*.txt diff=evil" > .gitattributes; echo more >> a.txt; echo ok';
    expect(await collect(start(evil))).toContain('M a.txt (+1 -0)');
    expect(existsSync(join(repo, 'stolen'))).toBe(false);
    expect(existsSync(join(repo, 'hooked'))).toBe(false);
  });

  it.each([
    ['no repository', () => Promise.resolve(), /needs a git repository with files, and .* is in none/],
    ['a repository without a commit', () => { git('init', '--quiet'); return Promise.resolve(); },
      /starts from the last commit, and .* has none yet/],
    ['a bare repository', () => { git('init', '--quiet', '--bare'); return Promise.resolve(); }, /needs a git repository with files/],
    ['a directory that is not in the last commit', async () => { await commit(); await rm(join(repo, 'sub'), { recursive: true });
      git('commit', '-qam', 'gone'); await mkdir(join(repo, 'sub')); }, /sub is not in the last commit of .* Commit it first/],
    ['a link in its place', async () => { await commit(); await symlink(tmpdir(), join(repo, '.sidestream')); }, /\.sidestream is a link/],
  ])('should say in a sentence why there is none: %s', async (name, prepare, sentence) => {
    await prepare();
    const task = start('echo never', name.startsWith('a directory') ? { cwd: join(repo, 'sub') } : {});
    await expect(collect(task)).rejects.toMatchObject({ code: 'not_started', message: expect.stringMatching(sentence) });
    await firstValueFrom(task.stopped);
    expect(name === 'a link in its place' ? [] : await trees()).toEqual([]);
  });

  it('should say that git is missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = repo;
    try {
      await expect(collect(start('echo never'))).rejects.toThrow('A worktree needs git, which is not on the PATH.');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('should be had for an ACP agent too, and again by who goes on with its conversation', async () => {
    await commit();
    const script = { turns: [[{ cwd: true }, { say: 'done' }], [{ cwd: true }, { say: 'done again' }]] };
    await using coder = acp({
      command: process.execPath, args: [ACTOR, JSON.stringify(script)], cwd: repo, worktree: true, keepAlive: true,
    });
    const first = session.delegate(coder, { goal: 'x' });
    const path = join(repo, '.sidestream/worktrees', first.id);
    expect(await collect(first)).toContain(`[worktree ${path} on branch sidestream/${first.id}: nothing was changed`);
    expect(first.snapshot().preview.join('\n')).toContain(path);
    await writeFile(join(path, 'left.txt'), 'x\n');
    await firstValueFrom(first.stopped);
    expect(await collect(session.delegate(coder, { goal: 'more', session: first.id }))).toContain('A left.txt (+1 -0)');
    await expect(collect(session.delegate(coder, { goal: 'more', session: first.id, cwd: '.' }))).rejects.toThrow('goes on where it was');
  });
});

(hasGit ? describe : describe.skip)('a worktree without changes', () => {
  it('should be made again where a conversation goes on in a new process', async () => {
    await commit();
    const script = { turns: [[{ cwd: true }, { say: 'done' }]], load: true, store: join(repo, 'store.json') };
    await using coder = acp({
      command: process.execPath, args: [ACTOR, JSON.stringify(script)], cwd: repo, worktree: true,
    });
    const first = session.delegate(coder, { goal: 'x' });
    const path = join(repo, '.sidestream/worktrees', first.id);
    expect(await collect(first)).toContain('nothing was changed, so it is removed]');
    await firstValueFrom(first.stopped);
    expect(existsSync(path)).toBe(false);
    const second = session.delegate(coder, { goal: 'more', session: first.id });
    expect(await collect(second)).toContain(`[worktree ${path} on branch sidestream/${first.id}: nothing was changed, so it is removed]`);
    expect(second.snapshot().preview.join('\n')).toContain(path);
  });
});

(hasGit ? describe : describe.skip)('a worktree that somebody else took away', () => {
  it('should be made again with what was put on its branch, also when the task that it was made for is over', async () => {
    await commit();
    const opening = new AbortController();
    const { cwd, renew, report } = await openWorktree(repo, 'first', opening.signal);
    opening.abort();
    await writeFile(join(cwd, 'mine.txt'), 'x\n');
    git('-C', cwd, 'add', '.');
    git('-C', cwd, 'commit', '--quiet', '-m', 'mine');
    await rm(cwd, { recursive: true });
    await renew();
    expect(await readFile(join(cwd, 'mine.txt'), 'utf8')).toBe('x\n');
    expect(await report(false)).toMatch(/1 commit\]\nA mine\.txt \(\+1 -0\)$/);
  });
});

(hasGit ? describe : describe.skip)('a worktree on another commit', () => {
  it('should not be said to be removed, since it is not', async () => {
    await commit();
    git('commit', '--quiet', '--allow-empty', '-m', 'second');
    const task = start('git checkout --quiet --detach HEAD~1; echo done');
    expect(await collect(task)).toMatch(/nothing was changed\]$/);
    await firstValueFrom(task.stopped);
    expect(await trees()).toEqual([task.id]);
  });
});

describe('a directory that a task asks for', () => {
  it('should be had within the roots only, wherever links lead', async () => {
    await mkdir(join(repo, 'in/deep'), { recursive: true });
    await symlink('/', join(repo, 'in/out'));
    await symlink(join(repo, 'in/deep'), join(repo, 'there'));
    const agent = command('pwd', [], { cwd: repo, roots: [join(repo, 'in')] });
    const at = (cwd: string): Promise<string> => collect(session.delegate(agent, { goal: 'x', cwd } as never));
    expect(await at('in/deep')).toBe(join(repo, 'in/deep'));
    expect(await at(join(repo, 'in'))).toBe(join(repo, 'in'));
    expect(await at('there')).toBe(join(repo, 'in/deep'));
    await expect(at('in/out')).rejects
      .toThrow(`Expected \`cwd\` to be within ${join(repo, 'in')}, got ${join(repo, 'in/out')}, which is /.`);
    for (const out of ['..', '.', '/', 'in/../..', 'in/out/etc']) await expect(at(out)).rejects.toThrow('Expected `cwd` to be within');
    for (const no of ['none', 'in/none', 'a\0b']) await expect(at(no)).rejects.toThrow('Expected `cwd` to be a directory that is there');
    await expect(at(' ')).rejects.toThrow('Expected `cwd` to be a string that is not blank');
    await expect(collect(session.delegate(command('pwd', [], { cwd: repo }), { goal: 'x', cwd: 'in' } as never)))
      .rejects.toThrow('Set its `roots` to let a task choose.');
    // What makes something of the brief itself has a `cwd` of its own.
    const own = command<string, { goal: string; cwd: string }>('echo', ({ cwd }) => [cwd]);
    expect(await collect(session.delegate(own, { goal: 'x', cwd: 'mine' }))).toBe('mine');
  });

  it('should be a field of the tool, and be refused before anything starts', async () => {
    const tools = createToolset(session, { agents: { at: command('pwd', [], { cwd: repo, roots: [repo], description: 'x' }) } });
    expect(await tools.delegate_task.execute({ goal: 'x', cwd: '.' })).toMatchObject({ ok: true, summary: repo });
    expect(await tools.delegate_task_async.execute({ goal: 'x', cwd: '/' })).toMatchObject({
      ok: false, code: 'invalid_argument', error: expect.stringContaining('Expected `cwd` to be within'),
    });
    expect(session.list()).toHaveLength(1);
  });
});
