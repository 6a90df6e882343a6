import type { Seen, Watcher } from '../facts.js';
import type { World } from '../world.js';

/** What each observer has seen since this reader last asked. */
export class NewlySeen {
  readonly #read = new WeakMap<Watcher, number>();

  *of(world: World): Generator<readonly [Watcher, Seen, readonly Seen[]]> {
    for (const watcher of world.watchers) {
      const from = this.#read.get(watcher) ?? 0;
      this.#read.set(watcher, watcher.seen.length);
      for (let n = from; n < watcher.seen.length; n++) yield [watcher, watcher.seen[n] as Seen, watcher.seen];
    }
  }
}
