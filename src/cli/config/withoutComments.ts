/** The value without the fields whose names begin with two slashes, at any depth: those are comments. */
export function withoutComments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutComments);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([name]) => !name.startsWith('//'))
    .map(([name, inner]) => [name, withoutComments(inner)]));
}
