import { FAILED, fateOf, type Origin } from './origin.js';

/** The last thing of its kind that was said, in a box, as it may be anything. */
export interface Said<T> {
  value: T;
  readonly by: Origin | undefined;
  /** What stood before the run behind it had begun. */
  before: Said<T> | undefined;
}

/** Takes what was said last. What others said before is kept once: their run may yet be the one that does not fail. */
export function said<T>(last: Said<T> | undefined, value: T, by: Origin | undefined): Said<T> {
  if (last !== undefined && last.by === by) {
    last.value = value;
    return last;
  }
  const before = standing(last);
  if (before !== undefined) before.before = undefined;
  return { value, by, before };
}

/** The last thing that no run said which has failed since. */
export const standing = <T>(last: Said<T> | undefined): Said<T> | undefined =>
  last === undefined || fateOf(last.by) < FAILED ? last : standing(last.before);
