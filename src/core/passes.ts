/** Whether a value passes a test. What cannot even be asked, such as a revoked proxy, passes none. */
export function passes(value: unknown, is: (value: unknown) => boolean): boolean {
  try {
    return is(value);
  } catch {
    return false;
  }
}
