/** Longer messages are cut: a failure is read by people and models, not stored. */
const MAX_MESSAGE = 4_000;

/**
 * The name and message of whatever was thrown. Never throws: a child may throw an object whose getters throw.
 *
 * @param redact - before anything is cut: half a secret is not recognised as one
 */
export function describeThrown(
  thrown: unknown, redact = (text: string): string => text,
): { readonly name: string; readonly message: string } {
  try {
    const { name, message } = Object(thrown) as { name?: unknown; message?: unknown };
    const isError = typeof thrown === 'object' && typeof message === 'string';
    const words = isError ? message : typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown) : String(thrown);
    return { name: isError && typeof name === 'string' ? redact(name) : 'Error', message: cut(redact(words) || 'no message was given') };
  } catch {
    return { name: 'Error', message: 'something was thrown that cannot be read' };
  }
}

const cut = (words: string): string =>
  words.length > MAX_MESSAGE ? `${words.slice(0, MAX_MESSAGE)}… [${words.length - MAX_MESSAGE} characters cut]` : words;
