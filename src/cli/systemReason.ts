const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'its permissions do not allow it', EPERM: 'the system does not allow it', EROFS: 'the file system is read-only',
  ENOSPC: 'there is no room left on the disk', ENOENT: 'its directory is not there', ENOTDIR: 'what stands above it is no directory',
  EISDIR: 'it is a directory', ELOOP: 'its links lead in a circle', ENAMETOOLONG: 'its name is too long',
  EMFILE: 'this process has as many files open as it may', ERR_INVALID_ARG_VALUE: 'it is no path',
};

/** Why the system did not do something, without the name of its call. */
export function systemReason(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*')?$/, '');
}
