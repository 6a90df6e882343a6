import type { Fact, Store } from '../../../src/core/store.js';
import { memoryStore } from '../../../src/stores/memory.js';

/** A store each commit of which takes until somebody says that it is done, or what it fails with. */
export interface SlowStore {
  readonly store: Store;
  /** What is kept by now. */
  readonly kept: Fact[];
  /** Whether a commit is under way. */
  readonly isBusy: boolean;
  /** Ends the commit under way. @param error - it fails, and nothing of it is kept */
  done(error?: Error): void;
}

export function slowStore(): SlowStore {
  const memory = memoryStore('slow');
  const kept: Fact[] = [];
  let underWay: ((error?: Error) => void) | undefined;
  return {
    kept,
    get isBusy() { return underWay !== undefined; },
    done: (error) => {
      const end = underWay;
      underWay = undefined;
      end?.(error);
    },
    store: {
      name: 'slow',
      open: (by) => memory.open(by),
      commit: (facts) => {
        if (underWay !== undefined) throw new Error('Two commits are under way.');
        const copies = JSON.parse(JSON.stringify(facts)) as Fact[];
        return new Promise((resolve, reject) => {
          underWay = (error) => {
            if (error !== undefined) {
              reject(error);
              return;
            }
            void memory.commit(copies);
            kept.push(...copies);
            resolve();
          };
        });
      },
      print: (id, page) => { memory.print(id, page); },
      close: () => memory.close(),
      view: () => memory.view(),
    },
  };
}
