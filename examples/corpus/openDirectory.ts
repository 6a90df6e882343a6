import { diskFiles, type Files } from './files.js';

/** The input cannot be worked on; the message is one sentence for the person who named it. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly code = 'directory_unusable';
}

/**
 * The real path of a directory that can be listed, or a {@link DirectoryError} that says what is wrong with it.
 *
 * Asked before anything starts: three researchers that fail for the same misspelt path are three times the noise.
 */
export async function openDirectory(path: string, files: Files = diskFiles): Promise<string> {
  const shown = JSON.stringify(path);
  try {
    const root = await files.resolve(path);
    if (!(await files.isDirectory(root))) {
      throw new DirectoryError(`${shown} is a file, not a directory: name the directory that holds it.`);
    }
    const entries = await files.list(root);
    if (entries.length === 0) {
      throw new DirectoryError(`The directory ${shown} is empty: name one that holds text or source files.`);
    }
    return root;
  } catch (cause) {
    if (cause instanceof DirectoryError) throw cause;
    throw new DirectoryError(reasonOf(shown, cause), { cause });
  }
}

function reasonOf(shown: string, cause: unknown): string {
  switch ((cause as { code?: unknown } | null)?.code) {
    case 'ENOENT':
      return `There is no directory ${shown}: check the spelling, or give its absolute path.`;
    case 'ENOTDIR':
      return `${shown} leads through a file, not a directory: check the path.`;
    case 'EACCES':
    case 'EPERM':
      return `The directory ${shown} may not be read by this user: grant access, or name another one.`;
    case 'ELOOP':
      return `${shown} is a symbolic link that leads back to itself: name the directory itself.`;
    default:
      return `The directory ${shown} cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`;
  }
}
