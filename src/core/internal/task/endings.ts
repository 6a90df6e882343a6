/** A task whose end is decided, and what is still to be done about it. */
export interface Ended {
  /** Stops its child, where it has not ended by itself: foreign code runs. */
  close(): void;
  /** Says the outcome, whatever comes of that. */
  say(): void;
  /** Lets go of what an ended task needs no more. */
  forget(): void;
}

/**
 * Ends that were decided, said in the order in which they were. Deciding runs nobody else's code, so the first ending that is said
 * wins, and takes its whole subtree with it. Carrying it out runs such code, in teardowns and observers, which may decide further ends:
 * before those are said, all that were decided earlier are. So no outcome comes before those of the tasks below it, and every stream
 * that is to have it is still open.
 */
export class Endings {
  readonly #unsaid: Ended[] = [];

  /** @param family - the subtree that ends, each task behind those below it */
  carryOut(family: readonly Ended[]): void {
    this.#unsaid.push(...family);
    for (const task of family.toReversed()) task.close();
    this.sayAll();
    for (const task of family) task.forget();
  }

  /** Says everything that was decided. */
  sayAll(): void {
    for (let task = this.#unsaid.shift(); task !== undefined; task = this.#unsaid.shift()) task.say();
  }
}
