import type { Observer } from 'rxjs';

/** An observer and the last event that was appended before it came: it is given only what comes after that. */
interface Listener<E> {
  readonly observer: Observer<E>;
  readonly after: number;
}

/** The observers of one stream. The list is copied when it changes, so that observers may come and go inside `next`. */
export class Fanout<E> {
  #listeners: readonly Listener<E>[] = [];

  get size(): number { return this.#listeners.length; }

  /** Adds an observer and returns what removes it. */
  add(observer: Observer<E>, after: number): () => void {
    const listener = { observer, after };
    this.#listeners = [...this.#listeners, listener];
    return () => { this.#listeners = this.#listeners.filter((one) => one !== listener); };
  }

  next(event: E, order: number): void {
    for (const listener of this.#listeners) if (order > listener.after) listener.observer.next(event);
  }

  complete(): void {
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const { observer } of listeners) observer.complete();
  }
}
