import { Observable, Subject } from 'rxjs';
import type { AgentContext } from '../../core/agent.js';

/** The steering messages of a run on their way to what acts on them. Until they have arrived they are queued. */
export interface Outbox {
  /** How many have not been sent yet. */
  readonly waiting: number;
  /** Emits when there is one more to be sent. */
  readonly came: Observable<void>;
  /** Takes what waits to be sent, oldest first, at most so many. */
  take(this: void, most?: number): readonly string[];
  /** What was taken has arrived, and is delivered. What has not when the run ends is missed. */
  arrived(this: void): void;
}

interface Parcel {
  readonly message: string;
  readonly done: () => void;
}

/**
 * Collects the messages of a run for what can take them only now and then: a request of a model, a run of an agent elsewhere.
 *
 * ```
 * steering  ──a──b────────────c───────
 * take      ────────(ab)─────────(c)──
 * arrived   ────────────────x─────────
 * state     ──q──q──────────dd──q─────m   the end
 * ```
 */
export function createOutbox({ deliverSteering }: Pick<AgentContext, 'deliverSteering'>): Outbox {
  const waiting = new Set<Parcel>();
  const sent = new Set<Parcel>();
  const came = new Subject<void>();
  deliverSteering((message) => new Observable((subscriber) => {
    const parcel: Parcel = { message, done: () => { subscriber.complete(); } };
    waiting.add(parcel);
    came.next();
    return () => {
      waiting.delete(parcel);
      sent.delete(parcel);
    };
  }), { concurrency: Infinity });
  return {
    get waiting() { return waiting.size; },
    came: came.asObservable(),
    take: (most = Infinity) => {
      const taken = [...waiting].slice(0, most);
      for (const parcel of taken) {
        waiting.delete(parcel);
        sent.add(parcel);
      }
      return taken.map(({ message }) => message);
    },
    arrived: () => { for (const { done } of [...sent]) done(); },
  };
}
