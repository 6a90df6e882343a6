import type { WaitingFor } from '../../budget.js';
import { cutText } from '../../cutText.js';
import type { TaskEvent } from '../../events.js';
import type { Unstamped } from '../log/taskLog.js';

/** Characters of what a task waits for. */
const MAX_REASON = 500;

/** The task that waits. */
export interface Waiter {
  readonly isEnded: boolean;
  emit(event: Extract<Unstamped<TaskEvent>, { readonly type: 'waiting' | 'resumed' }>): void;
  /** Its limits of time stand still, and go on again. */
  stand(isStill: boolean): void;
}

/** What a task waits for: several things at once, and the latest is told. */
export class Waits {
  readonly #all: WaitingFor[] = [];

  constructor(private readonly task: Waiter, private readonly redact = (text: string): string => text) {}

  get latest(): WaitingFor | undefined { return this.task.isEnded ? undefined : this.#all.at(-1); }

  /** Begins to wait, until what it answers with is called. */
  begin({ reason, ...until }: WaitingFor): () => void {
    const { task } = this;
    const all = this.#all;
    if (all.length === 0) task.stand(true);
    const why = { reason: cutText(this.redact(reason), MAX_REASON).text, ...until };
    all.push(why);
    task.emit({ type: 'waiting', ...why });
    return () => {
      const at = all.indexOf(why);
      if (at < 0) return;
      all.splice(at, 1);
      const { latest } = this;
      if (task.isEnded || (latest !== undefined && at < all.length)) return;
      if (latest !== undefined) {
        task.emit({ type: 'waiting', ...latest });
        return;
      }
      task.stand(false);
      task.emit({ type: 'resumed' });
    };
  }
}
