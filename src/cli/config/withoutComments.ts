/** Whether a field is a remark: its name begins with two slashes, or is what is left of them when they are taken away. */
export const isComment = (name: string): boolean => name === '' || name.startsWith('//');

/** The value without its remarks, at any depth. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([name]) => !isComment(name))
    .map(([name, inner]) => [name, withoutComments(inner)]));
}
