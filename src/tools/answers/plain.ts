/** The answer without the fields that are undefined, so that it is plain JSON data. */
export function plain<T extends Readonly<Record<string, unknown>>>(answer: T): T {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined)) as T;
}
