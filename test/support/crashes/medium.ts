import type { Fact, Page, Store, StoreOpening } from '../../../src/core/store.js';
import type { TaskId } from '../../../src/index.js';
import { memoryStore } from '../../../src/stores/memory.js';

/** Where a store keeps what it is given, of which a copy can be taken at any moment: what a process would find if this one had ended. */
export interface Medium {
  readonly store: Store;
  /** Called between the steps of a commit, where there are any. */
  step: ((name: string) => void) | undefined;
  /** @param loses - whether what was printed last is lost, as it may be */
  copy(loses: boolean): Medium;
  /** Lets go of it. Nothing is kept any more. */
  remove(): void;
}

type Op =
  | { readonly op: 'open'; readonly by: StoreOpening }
  | { readonly op: 'commit'; readonly facts: string }
  | { readonly op: 'print'; readonly id: TaskId; readonly page: string }
  | { readonly op: 'close' };

/** Memory that is written down as a tape of what was done to it: each beginning of the tape is what was there at that moment. */
export function tape(before: readonly Op[] = []): Medium {
  const done = [...before];
  let memory: Store | undefined;
  const store = (): Store => memory ??= replay(before);
  const medium: Medium = {
    step: undefined,
    store: {
      name: 'tape',
      open: (by) => {
        const kept = store().open(by);
        done.push({ op: 'open', by });
        return kept;
      },
      commit: (facts) => {
        const text = JSON.stringify(facts);
        // Cut within, a group is as if it had never been begun.
        medium.step?.('within a commit');
        void store().commit(JSON.parse(text) as readonly Fact[]);
        done.push({ op: 'commit', facts: text });
      },
      print: (id, page) => {
        store().print(id, page);
        done.push({ op: 'print', id, page: JSON.stringify(page) });
      },
      close: () => {
        void store().close();
        done.push({ op: 'close' });
      },
      view: () => store().view(),
    },
    copy: (loses) => {
      let end = done.length;
      if (loses) while (end > 0 && done[end - 1]!.op === 'print') end -= 1;
      return tape(done.slice(0, end));
    },
    remove: () => { memory = undefined; },
  };
  return medium;
}

function replay(ops: readonly Op[]): Store {
  const store = memoryStore('tape');
  for (const op of ops) {
    if (op.op === 'open') {
      void store.close();
      void store.open(op.by);
    } else if (op.op === 'commit') void store.commit(JSON.parse(op.facts) as readonly Fact[]);
    else if (op.op === 'print') store.print(op.id, JSON.parse(op.page) as Page);
  }
  void store.close();
  return store;
}
