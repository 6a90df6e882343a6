/** Whether something is a list or a plain object, of whatever realm. */
export function isPlain(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  if (Object(value) !== value) return false;
  const parent: unknown = Object.getPrototypeOf(value);
  return parent === null || Object.getPrototypeOf(parent) === null;
}
