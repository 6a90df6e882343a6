import { lstat, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NotStartedError } from '../../core/errors.js';
import { directoryProblem } from '../refusals/directoryProblem.js';
import { changesOf, describeChanges, isUntouched } from './changes.js';
import { git, GitError } from './git.js';

/** A git worktree that one task has to itself. */
export interface Worktree {
  /** Where the task works: what the directory that it was made for is in the worktree. */
  readonly cwd: string;
  /** Where it is, on which branch, and what is not in it. */
  readonly note: string;
  /** Makes it again where it was taken away, for a task that goes on with an earlier one's. */
  renew(this: void): Promise<void>;
  /** What was changed in it since it was made, for whoever reads the answer, and whether it stays all the same. Never rejects. */
  report(this: void, stays: boolean): Promise<string>;
  /** Takes it away, with its branch, where nothing was changed. Never rejects. */
  end(this: void): Promise<void>;
}

/** Where they are, in the repository that they are of: so they find what it has installed, and git shows nothing of them. */
const HOME = '.sidestream';

/** How often another name is tried. */
const TRIES = 50;

/** What changes the list of a repository's worktrees, one after the other. */
const queues = new Map<string, Promise<unknown>>();
function inTurn<T>(repository: string, work: () => Promise<T>): Promise<T> {
  const next = (queues.get(repository) ?? Promise.resolve()).then(work, work);
  const last = next.then(() => undefined, () => undefined).then(() => {
    if (queues.get(repository) === last) queues.delete(repository);
  });
  queues.set(repository, last);
  return next;
}

/**
 * Makes a worktree of the repository that a directory is in, on a branch of its own, from the last commit.
 *
 * @param name - what path and branch are named for
 * @throws NotStartedError where none can be made
 */
export async function openWorktree(directory: string, name: string, signal: AbortSignal): Promise<Worktree> {
  const problem = directoryProblem(directory);
  if (problem !== undefined) throw new NotStartedError(`No worktree could be made: ${problem}`);
  const ask = async (...args: readonly string[]): Promise<string> => (await git(args, { cwd: directory, signal })).replace(/\n$/, '');
  const lookUp = (args: readonly string[], otherwise: string): Promise<string> => ask(...args).catch((error: unknown) => {
    throw error instanceof GitError ? new NotStartedError(`${otherwise} (git: ${error.message})`) : error;
  });
  const top = await lookUp(['rev-parse', '--show-toplevel'],
    `A worktree needs a git repository with files, and ${directory} is in none. Set \`cwd\` to one, or leave \`worktree\` out.`);
  const repository = await ask('rev-parse', '--path-format=absolute', '--git-common-dir');
  const prefix = await ask('rev-parse', '--show-prefix');
  const base = await lookUp(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'],
    `A worktree starts from the last commit, and ${top} has none yet. Commit something first.`);
  const uncommitted = (await ask('status', '--porcelain', '-z')).split('\0').filter((entry) => entry !== '').length;
  const home = await makeHome(top);

  const { path, branch } = await inTurn(repository, () => add(home));
  const drop = (): Promise<void> => inTurn(repository, async () => {
    await git(['worktree', 'remove', '--force', path], { cwd: top });
    // Only where it still is what it was: somebody may have put something on it.
    await git(['update-ref', '-d', `refs/heads/${branch}`, base], { cwd: top });
  }).catch(() => undefined);

  try {
    // As it is now: what stands in the worktree later is the agent's, the way to its repository included.
    const gitDir = (await git(['rev-parse', '--path-format=absolute', '--git-dir'], { cwd: path, signal })).replace(/\n$/, '');
    const cwd = join(path, prefix);
    if (!await isThere(cwd)) {
      throw new NotStartedError(`${directory} is not in the last commit of ${top}, from which the worktree starts. Commit it first.`);
    }
    const hasModules = await isThere(join(path, '.gitmodules'));
    const changes = () => changesOf({ top, gitDir, path, base });
    return {
      cwd,
      note: [
        `[worktree ${path} on branch ${branch}, from commit ${base.slice(0, 12)}`,
        ...uncommitted === 0 ? [] : [`the ${uncommitted} uncommitted ${uncommitted === 1 ? 'change' : 'changes'} of ${top} are not in it`],
        ...hasModules ? ['its submodules are empty: git submodule update --init'] : [],
      ].join('; ') + ']',
      renew: () => inTurn(repository, async () => {
        if (await isThere(path)) return;
        // What somebody has put on its branch stays there.
        const where = await isBranch(branch, undefined) ? [path, branch] : ['--no-track', '-b', branch, path, base];
        await git(['worktree', 'prune'], { cwd: top });
        await git(['worktree', 'add', '--quiet', ...where], { cwd: top });
      }).catch((error: unknown) => {
        throw error instanceof GitError ? new NotStartedError(`The worktree ${path} could not be made again: ${error.message}.`) : error;
      }),
      report: (stays) => changes().then(
        (found) => describeChanges({ path, branch, stays }, found),
        (error: unknown) => `[worktree ${path} on branch ${branch}: what was changed cannot be told: ${(error as Error).message}]`,
      ),
      async end() {
        if (await changes().then(isUntouched, () => false)) await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error instanceof GitError ? new NotStartedError(`The worktree could not be made: ${error.message}.`) : error;
  }

  /** @param until - of the task that it is made for; one that goes on with it comes later */
  function isBranch(each: string, until: AbortSignal | undefined): Promise<boolean> {
    return git(['show-ref', '--verify', '--quiet', `refs/heads/${each}`], { cwd: top, signal: until }).then(() => true, () => false);
  }

  async function add(below: string): Promise<{ readonly path: string; readonly branch: string }> {
    const slug = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'task';
    // A branch named as the folder leaves no room for branches in it.
    const folder = await isBranch('sidestream', signal) ? 'sidestream-' : 'sidestream/';
    for (let n = 1; ; n++) {
      const own = n === 1 ? slug : `${slug}-${n}`;
      const [each, on] = [join(below, own), `${folder}${own}`];
      const isTaken = await isThere(each) || await isBranch(on, signal);
      if (isTaken && n < TRIES) continue;
      try {
        await git(['worktree', 'add', '--quiet', '--no-track', '-b', on, each, base], { cwd: top, signal });
        return { path: each, branch: on };
      } catch (error) {
        await git(['worktree', 'remove', '--force', each], { cwd: top }).catch(() => undefined);
        if (error instanceof GitError && /already exists/.test(error.message) && n < TRIES) continue;
        if (!isTaken) await git(['update-ref', '-d', `refs/heads/${on}`, base], { cwd: top }).catch(() => undefined);
        throw error instanceof GitError ? new NotStartedError(`The worktree ${each} could not be made: ${error.message}.`) : error;
      }
    }
  }
}

/** The directory of the worktrees of a repository, which git overlooks. A link that stands in its place is not followed. */
async function makeHome(top: string): Promise<string> {
  const home = join(top, HOME, 'worktrees');
  try {
    if (await lstat(join(top, HOME)).then((found) => found.isSymbolicLink(), () => false)) throw new Error(`${join(top, HOME)} is a link`);
    await mkdir(home, { recursive: true });
    if (await realpath(home) !== join(await realpath(top), HOME, 'worktrees')) throw new Error(`${home} leads elsewhere`);
    await writeFile(join(dirname(home), '.gitignore'), '*\n', { flag: 'wx' }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    return home;
  } catch (error) {
    throw new NotStartedError(`Worktrees are made in ${home}, and that cannot be: ${(error as Error).message}.`, { cause: error });
  }
}

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
