/** The last so many of what is put in, in their order. Takes memory only for what it holds. */
export class Ring<T> {
  readonly #items: T[] = [];
  #oldest = 0;
  dropped = 0;

  constructor(private readonly capacity: number) {}

  get size(): number { return this.#items.length; }

  /** Returns what had to go. */
  push(item: T): T | undefined {
    const items = this.#items;
    if (items.length < this.capacity) {
      items.push(item);
      return undefined;
    }
    const at = this.#oldest;
    const gone = items[at];
    items[at] = item;
    this.#oldest = at + 1 === this.capacity ? 0 : at + 1;
    this.dropped += 1;
    return gone;
  }

  /** The n-th oldest. */
  at(n: number): T | undefined { return this.#items[this.#slot(n)]; }

  set(n: number, item: T): void { this.#items[this.#slot(n)] = item; }

  /** All of it, oldest first, in an array of its own. */
  toArray(): T[] {
    const items = this.#items;
    return this.#oldest === 0 ? items.slice() : items.slice(this.#oldest).concat(items.slice(0, this.#oldest));
  }

  #slot(n: number): number { return (this.#oldest + n) % this.#items.length; }
}
