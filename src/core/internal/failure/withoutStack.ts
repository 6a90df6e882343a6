/**
 * Makes an error that carries no stack. What a signal says when its task is stopped is no fault of anybody's: its stack would show this
 * library only, and taking it costs as much as the whole rest of a cancel.
 */
export function withoutStack<E extends Error>(make: () => E): E {
  const { stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 0;
  } catch {
    // A runtime that has frozen its errors: they keep their stacks.
    return make();
  }
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
