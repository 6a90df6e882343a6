/** Said in place of a result that holds itself, or cannot even be read. */
export const NOT_JSON = 'The result cannot be shown as JSON.';

/** For `JSON.stringify`: what JSON would show as nothing, or could not show, shows what is in it. */
export function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map || value instanceof Set) return [...value] as unknown[];
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}
