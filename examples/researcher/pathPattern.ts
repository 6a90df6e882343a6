import picomatch from 'picomatch';

/**
 * Tells whether a path fits a pattern: it contains it, or fits it as a glob. Case does not matter.
 *
 * A glob without a slash is about file names (`*.ts` anywhere), one with a slash about the whole path, from the
 * root or from any folder. Both readings at once, because `app/[id]` is a folder to some people and a glob to others.
 *
 * @throws RangeError for a pattern that could keep the matcher busy for hours: patterns come from steering
 * messages, and a message must not be able to hang the agent that reads it.
 */
export function pathPattern(pattern: string): (path: string) => boolean {
  const part = pattern.toLowerCase();
  const contains = (path: string): boolean => path.toLowerCase().includes(part);
  if (!/[*?[\]{}]/.test(pattern)) return contains;
  if (pattern.length > 200) throw new RangeError('a glob may have 200 characters');
  if ((pattern.match(/\*+/g) ?? []).length > 4) throw new RangeError('a glob may have four stars');

  const globs = pattern.includes('/') ? [pattern, `**/${pattern}`] : [pattern];
  const fits = picomatch(globs, { nocase: true, dot: true, noextglob: true, basename: !pattern.includes('/') });
  return (path) => contains(path) || fits(path);
}
