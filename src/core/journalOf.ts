import type { Delegator } from './agent.js';
import type { TaskId } from './events.js';
import type { KeptTelling } from './store.js';

export const journalKey = Symbol('sidestream.journal');

/** What a session with a store writes down for those who tell of its tasks. */
export interface TellingJournal {
  /** What was told in an earlier life of the session and not heard of since, oldest first. */
  readonly tellings: readonly KeptTelling[];
  /** Writes down what is about to be told, and whether that is kept now. */
  told(telling: KeptTelling): boolean;
  /** Somebody says to have heard of the end of a task: that is written down next, also while the store is at work. */
  hear(id: TaskId): void;
  /** A model has read a question: that is written down next. @param at - the id of the place whose model that is */
  read(id: TaskId, questionId: string, at: string): void;
  /** Where a question was read in an earlier life of the session. */
  readAt(questionId: string): string | undefined;
  /** Calls `work` when everything so far is kept. */
  whenKept(work: () => void): void;
  /**
   * Everything so far is kept when it resolves; nothing where that is so now. That somebody has heard of an end is written down in the next
   * turn of the clock, when whoever was given it has it.
   *
   * @throws StoreUnavailableError, StoreLostError
   */
  settled(): Promise<void> | undefined;
}

/** What a scope's tellings are written into; nothing in a session without a store. */
export const journalOf = ({ events }: Delegator): TellingJournal | undefined =>
  (events as { readonly [journalKey]?: TellingJournal })[journalKey];
