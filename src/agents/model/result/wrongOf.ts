import { headOf } from '../../../core/cutText.js';

/** Characters of what is wrong: the whole answer may stand in an error. */
const MAX_WORDS = 500;

/** What is read of an error of the SDK, and of the schema library that caused it. */
interface Thrown {
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly issues?: unknown;
}

interface Issue {
  readonly message?: unknown;
  readonly path?: unknown;
}

/** What the SDK says is wrong with an answer, as a sentence: with the path, where a schema refused it. */
export function wrongOf(thrown: unknown): string {
  let error = Object(thrown) as Thrown;
  let words = typeof error.message === 'string' ? error.message : String(thrown);
  for (let depth = 0; depth < 5; depth++) {
    if (Array.isArray(error.issues) && error.issues.length > 0) {
      const { message, path } = Object((error.issues as readonly unknown[])[0]) as Issue;
      const where = ['result', ...Array.isArray(path) ? path.map(nameOf) : []].join('.');
      return headOf(`\`${where}\` is not as it should be: ${String(message)}.`, MAX_WORDS);
    }
    if (typeof error.cause !== 'object' || error.cause === null) break;
    error = error.cause;
    if (typeof error.message === 'string') words = error.message;
  }
  return headOf(words, MAX_WORDS);
}

/** Some libraries have a part of a path as an object. */
const nameOf = (part: unknown): string => String(typeof part === 'object' ? (Object(part) as { readonly key?: unknown }).key : part);
