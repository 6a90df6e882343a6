import { accessSync, constants, statSync } from 'node:fs';

/** Why a program cannot work in a directory, with what to do about it. */
export function directoryProblem(cwd: string): string | undefined {
  try {
    if (!statSync(cwd).isDirectory()) return `its working directory ${cwd} is no directory. Set \`cwd\` to one.`;
    accessSync(cwd, constants.X_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
      ? `its working directory ${cwd} may not be entered. Check its permissions.`
      : `its working directory ${cwd} is not there. Make it, or set \`cwd\` to one that is.`;
  }
}
