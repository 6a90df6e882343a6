import { cutText } from '../../cutText.js';

/** Longer messages are cut: a failure is read by people and models, not stored. */
const MAX_MESSAGE = 4_000;
const MAX_NAME = 200;

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
    const words = isError ? message : typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown, named) : String(thrown);
    return {
      name: isError && typeof name === 'string' ? cutText(redact(name), MAX_NAME).text : 'Error',
      message: cutText(redact(words) || 'no message was given', MAX_MESSAGE).text,
    };
  } catch {
    return { name: 'Error', message: 'something was thrown that cannot be read' };
  }
}

/** Bytes are named, and not spelled out. */
function named(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key];
  return ArrayBuffer.isView(own) ? `[${own.byteLength} bytes]` : value;
}
