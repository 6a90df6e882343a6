import { NotStartedError } from '../../core/errors.js';
import type { Launch } from './launch.js';

/** Why a program could not be started, with what to do about it. */
export function notStarted({ file, cwd, install }: Launch, error: NodeJS.ErrnoException, cwdIsThere: boolean): NotStartedError {
  return new NotStartedError(`Could not start \`${file}\`: ${reasonOf(error)}`, { cause: error });

  function reasonOf({ code, message }: NodeJS.ErrnoException): string {
    if (!cwdIsThere) return `its working directory ${cwd} is not there. Make it, or set \`cwd\` to one that is.`;
    switch (code) {
      case 'ENOENT': return install === undefined
        ? 'there is no such program on the PATH it is given. Install it, or give its full path.'
        : `there is no such program on the PATH it is given. Install it with: ${install}`;
      case 'EACCES': return 'it may not be executed. Check its permissions, or give the program and not a directory.';
      case 'E2BIG': return 'its arguments are too long for the system. Send the goal over stdin instead.';
      default: return `${message}.`;
    }
  }
}
