import { NotStartedError } from '../core/errors.js';
import { directoryProblem } from './directoryProblem.js';
import type { Launch } from './launch.js';

/** What the system says of it. */
export interface SystemError {
  readonly code?: string | undefined;
  readonly message?: string;
}

/** Why a program could not be started, with what to do about it. */
export function notStarted({ file, cwd, install }: Launch, error: SystemError): NotStartedError {
  return new NotStartedError(`Could not start \`${file}\`: ${reasonOf(error)}`, { cause: error });

  function reasonOf({ code, message }: SystemError): string {
    const problem = directoryProblem(cwd);
    if (problem !== undefined) return problem;
    switch (code) {
      case 'ENOENT': return missing();
      case 'EACCES': return 'it may not be executed. Check its permissions, or give the program and not a directory.';
      case 'E2BIG': return 'its arguments are too long for the system. Send the goal over stdin instead.';
      // The system's own words repeat the argument, which may be a secret.
      case 'ERR_INVALID_ARG_VALUE': return 'its name, or one of its arguments, holds a NUL character, which no program can be given.';
      case 'EMFILE': case 'ENFILE': case 'EAGAIN':
        return 'this process has as many files or processes open as it may. Lower `maxRunning`, or raise the limit (ulimit -n, ulimit -u).';
      default: return `${message ?? 'the system refused it'}.`;
    }
  }

  function missing(): string {
    const where = file.includes('/') ? 'it is not there' : 'there is no such program on the PATH it is given';
    if (install !== undefined) return `${where}. Install it with: ${install}`;
    return /\s/.test(file) && !file.includes('/')
      ? `${where}. There is no shell: give the program alone, and its arguments as a list.`
      : `${where}. Install it, or give its full path.`;
  }
}
