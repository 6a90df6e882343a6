import type { KeptLetter } from '../core/store.js';

/** So many letters of a task are kept. */
const KEPT = 1_000;

/**
 * The letters of a task with what has become of one: it keeps its place, its text while it is queued and where it was missed. Beyond
 * 1 000 the oldest that are settled go; one that is still queued never does.
 */
export function withLetter(letters: readonly KeptLetter[], { id, state, text, reason, step }: KeptLetter): readonly KeptLetter[] {
  const before = letters.find((letter) => letter.id === id);
  const letter: KeptLetter = {
    id, state,
    text: state === 'delivered' ? '' : text === '' ? before?.text ?? '' : text,
    ...(reason !== undefined && { reason }),
    ...(step !== undefined && { step }),
  };
  const all = before === undefined ? [...letters, letter] : letters.map((each) => (each === before ? letter : each));
  let beyond = all.length - KEPT;
  return beyond <= 0 ? all : all.filter((each) => each.state === 'queued' || beyond <= 0 || (beyond -= 1, false));
}
