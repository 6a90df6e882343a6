import type { Fact, Store } from '../../../src/core/store.js';
import { StoreLostError } from '../../../src/core/storeErrors.js';

/** A store as one process has it in hand. */
export interface StoreLife {
  readonly store: Store;
  /** The process is no more: nothing of it reaches the store from now on. */
  end(): void;
}

/** How a life is watched, and how long its commits take. */
export interface LifeOptions {
  /** Called around each commit; whoever ends the life in it ends it there. */
  readonly moment?: (what: string) => void;
  /** Turns of the event loop that a commit takes; none of them: it is kept at once. */
  readonly turns?: number;
}

const LOST = 'Somebody else owns the store now.';

/** One store for processes that follow one another: each takes it over, whether the one before has closed it or not. */
export function livesOf(store: Store): (options?: LifeOptions) => StoreLife {
  let last: StoreLife | undefined;
  return ({ moment = () => undefined, turns = 0 } = {}) => {
    let isOver = false;
    const keep = (facts: readonly Fact[]): void => {
      moment('before a commit');
      if (isOver) throw new StoreLostError(LOST);
      void store.commit(facts);
      moment('after a commit');
      if (isOver) throw new StoreLostError(LOST);
    };
    const keepLater = async (facts: readonly Fact[]): Promise<void> => {
      for (let n = 0; n < turns; n++) await new Promise((resolve) => { setImmediate(resolve); });
      keep(facts);
    };
    const life: StoreLife = {
      store: {
        name: store.name,
        open: (by) => {
          last?.end();
          last = life;
          void store.close();
          return store.open(by);
        },
        commit: (facts) => (turns === 0 ? keep(facts) : keepLater(facts)),
        print: (id, page) => { if (!isOver) store.print(id, page); },
        close: () => { if (!isOver) void store.close(); },
        view: () => store.view(),
      },
      end: () => { isOver = true; },
    };
    return life;
  };
}
