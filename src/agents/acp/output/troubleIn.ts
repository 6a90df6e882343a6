import { cutText } from '../../../core/cutText.js';
import { findIn } from './findIn.js';

/** Characters of what is said of an error. */
const MAX = 1_000;

/**
 * Whether an agent marks its turn as failed in `_meta`, beside a stop reason that says that all is well, and in which words: `''` where it
 * has none. Codex's bridge says `codex.threadStatus.type: 'systemError'` so; the protocol has no word for it.
 */
export function troubleIn(meta: unknown): string | undefined {
  const found = findIn(meta, (key, value) => typeof value === 'string'
    ? /^(type|status|state|kind|subtype)$/i.test(key) && /^([a-z_-]{0,40}?)error(_\w{0,40})?$/i.test(value) && !/^no\W?_?error/i.test(value)
    : /^is_?(api|system)?_?error$/i.test(key) && value === true);
  if (found === undefined) return undefined;
  const words = [found['message'], found['error'], found['reason']].find((each) => typeof each === 'string');
  return cutText(words ?? '', MAX).text;
}
