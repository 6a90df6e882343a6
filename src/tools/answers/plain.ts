/** The answer without the fields that are undefined, so that it is plain JSON data. */
export function plain<T extends Readonly<Record<string, unknown>>>(answer: T): T {
  const kept: Record<string, unknown> = {};
  for (const field in answer) if (answer[field] !== undefined) kept[field] = answer[field];
  return kept as T;
}
