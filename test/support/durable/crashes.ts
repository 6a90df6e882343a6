import type { Fact, Store } from '../../../src/core/store.js';
import { memoryStore } from '../../../src/stores/index.js';

/** A store whose session may be cut off after any of its facts. */
export interface CrashingStore extends Store {
  /** All facts that were kept, in their order. */
  readonly facts: readonly Fact[];
  /** What the next process would find had this one ended after so many facts. */
  after(count: number): Store;
}

/** Keeps each fact in memory, one after the other. @param kept - told of each, when it is kept */
export function crashingStore(kept: (fact: Fact) => void = () => undefined): CrashingStore {
  const store = memoryStore();
  const facts: Fact[] = [];
  return {
    ...store,
    facts,
    commit(group) {
      for (const fact of group) {
        void store.commit([fact]);
        facts.push(structuredClone(fact));
        kept(fact);
      }
    },
    after(count) {
      const next = memoryStore();
      void next.open({ holder: 'the life before', heard: Infinity, unheard: Infinity, evicted: Infinity });
      void next.commit(facts.slice(0, count));
      void next.close();
      return next;
    },
  };
}
