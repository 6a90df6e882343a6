import type { Fact, Store } from '../../../src/core/store.js';
import { StoreUnavailableError } from '../../../src/core/storeErrors.js';

/** A store that takes its time, and may stop answering. */
export interface SlowStore extends Store {
  /** What was kept, in its order. */
  readonly kept: readonly Fact[];
  /** From now on it keeps nothing: it does not answer, or refuses. */
  stop(how?: 'hangs' | 'refuses'): void;
  /** It answers again. */
  goOn(): void;
}

/** The same store; each commit takes so many turns of the event loop. */
export function slowStore(store: Store, turns = 3): SlowStore {
  const kept: Fact[] = [];
  let stopped: 'hangs' | 'refuses' | undefined;
  let goOn = (): void => undefined;
  let going: Promise<void> = Promise.resolve();
  return {
    name: store.name,
    open: (by) => store.open(by),
    commit: async (facts) => {
      for (let n = 0; n < turns; n++) await new Promise((resolve) => { setImmediate(resolve); });
      if (stopped === 'refuses') throw new StoreUnavailableError('The disk is full. Make room on it.');
      await going;
      await store.commit(facts);
      kept.push(...facts);
    },
    print: (id, page) => { store.print(id, page); },
    close: () => store.close(),
    view: () => store.view(),
    kept,
    stop: (how = 'hangs') => {
      stopped = how;
      if (how === 'hangs') going = new Promise((resolve) => { goOn = resolve; });
    },
    goOn: () => {
      stopped = undefined;
      goOn();
    },
  };
}
