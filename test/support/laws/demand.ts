/** A claim of a law that did not hold. */
export class LawBroken extends Error {
  override readonly name = 'LawBroken';
}

/** Says what should have been; thrown where it is not. Much cheaper than `expect`, and a random schedule asks it thousands of times. */
export function demand(holds: boolean, claim: () => string): asserts holds {
  if (!holds) throw new LawBroken(claim());
}
