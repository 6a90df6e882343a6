import type { Delegator } from './agent.js';
import type { TaskId } from './events.js';
import type { QuestionKind } from './question.js';

/** Under this key the events of a scope tell who answers questions there. */
export const asksKey = Symbol('asks');

/** Which questions below a scope a model answers that holds its tools. */
export interface Asks {
  /** Stands for the place of the scope: the same for all that give a way to it. The session's has no id. */
  readonly place: { readonly id?: string | undefined };
  /** From now on a model answers these kinds here, beside those that it did. */
  answers(kinds: readonly QuestionKind[]): void;
  /** Whether a model answers that kind here. */
  isAnswered(kind: QuestionKind): boolean;
  /** Whether a question of that kind and task is for this scope: no place between them has a model that answers it, and this one has. */
  isFor(id: TaskId, kind: QuestionKind): boolean;
}

/** Of a scope that is not one of ours, nobody's. */
const NOBODY: Asks = { place: {}, answers: () => undefined, isAnswered: () => false, isFor: () => false };

export const asksOf = ({ events }: Delegator): Asks => (events as { readonly [asksKey]?: Asks })[asksKey] ?? NOBODY;
