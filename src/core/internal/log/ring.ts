/** The last so many of what is put in, in their order. Takes memory only for what it holds. */
export class Ring<T> {
  readonly #items: T[] = [];
  #oldest = 0;
  dropped = 0;

  constructor(private readonly capacity: number) {}

  get size(): number { return this.#items.length; }

  push(item: T): void {
    const items = this.#items;
    if (items.length < this.capacity) {
      items.push(item);
      return;
    }
    items[this.#oldest++] = item;
    if (this.#oldest === this.capacity) this.#oldest = 0;
    this.dropped += 1;
  }

  /** All of it, oldest first, in an array of its own. */
  toArray(): T[] {
    const items = this.#items;
    return this.#oldest === 0 ? items.slice() : items.slice(this.#oldest).concat(items.slice(0, this.#oldest));
  }
}
