import { NotStartedError } from '../../core/errors.js';
import { directoryProblem } from './directoryProblem.js';
import type { Launch } from '../launch.js';
import { tooLong } from './tooLong.js';

/** What the system says of it. */
export interface SystemError {
  readonly code?: string | undefined;
  readonly message?: string;
  /** In our own words, with what to do. */
  readonly reason?: string;
}

/** Why a program could not be started, with what to do about it. */
export function notStarted(launch: Launch, error: SystemError): NotStartedError {
  const { file, cwd, install } = launch;
  return new NotStartedError(`Could not start \`${file}\`: ${reasonOf(error)}`, { cause: error });

  function reasonOf({ code, message, reason }: SystemError): string {
    if (reason !== undefined) return reason;
    const problem = directoryProblem(cwd);
    if (problem !== undefined) return problem;
    switch (code) {
      case 'ENOENT': return missing();
      case 'EISDIR': return 'it is a directory. Give the program itself.';
      case 'EACCES': return 'it may not be executed. Check its permissions.';
      case 'E2BIG': return tooLong(launch);
      case 'EMFILE': return 'this process has as many files open as it may. Lower `maxRunning`, or raise the limit (ulimit -n).';
      case 'ENFILE': return 'the system has as many files open as it may. Lower `maxRunning`, or raise the limit (fs.file-max).';
      case 'EAGAIN':
        return 'there are as many processes as there may be. Lower `maxRunning`, or raise the limit (ulimit -u, the pids of a container).';
      case 'ENOMEM': return 'there is no memory left for it. Lower `maxRunning`, or give the machine more.';
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
