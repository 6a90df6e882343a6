import { execFile } from 'node:child_process';
import { NotStartedError } from '../../core/errors.js';
import { environmentOf } from '../environment.js';

/** git refused; the message is what it said. */
export class GitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GitError';
  }
}

/** Where git is run. */
export interface GitCall {
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a repository could have git run is not run: neither hooks, nor a monitor of files, nor a prompt. */
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'advice.addEmbeddedRepo=false'];

/** Characters of what git says that are read. */
const MAX_OUTPUT = 64 * 1_048_576;

/** Runs git, with nothing of this process's own GIT_ variables. @throws GitError with its reason */
export function git(args: readonly string[], { cwd, signal, env = {} }: GitCall): Promise<string> {
  const own = { ...environmentOf(), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env };
  return new Promise((resolve, reject) => {
    const options = { cwd, env: own, maxBuffer: MAX_OUTPUT, ...signal === undefined ? {} : { signal } };
    execFile('git', [...QUIET, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') {
        reject(new NotStartedError('A worktree needs git, which is not on the PATH. Install it: apt-get install git'));
      } else reject(new GitError(reasonIn(stderr) ?? error.message));
    });
  });
}

/** The line in which git says why. */
const reasonIn = (stderr: string): string | undefined => {
  const lines = stderr.trim().split('\n').filter((line) => line !== '');
  return (lines.find((line) => /^(fatal|error): /.test(line)) ?? lines.at(-1))?.replace(/^(fatal|error): /, '');
};
