/** A value as plain JSON data; nothing at all where it is null or nothing, since AG-UI takes an absent result and no null. */
export function toJson(value: unknown): unknown {
  try {
    const words = JSON.stringify(value, (_key, part: unknown) => typeof part === 'bigint' ? part.toString() : part) as string | undefined;
    return words === undefined ? undefined : (JSON.parse(words) as unknown) ?? undefined;
  } catch {
    return 'The result cannot be shown as JSON.';
  }
}
