import { describeValue } from '../core/describeValue.js';

/** A word of a command line or a config as it may be repeated: of what looks like a key only its length is told. */
export function shown(word: string): string {
  const words = describeValue(word);
  return words.startsWith('"') ? word : words;
}
