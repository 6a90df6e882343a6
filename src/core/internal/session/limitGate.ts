import type { SchedulerLike, Subscription } from 'rxjs';
import type { Limit } from '../../agent.js';
import type { Kind } from '../../check.js';

const MINUTE = 60_000;

/** Those of one session that wait for a limit. */
export interface LimitLane {
  readonly first: { readonly arrival?: number } | undefined;
}

/** A session whose tasks wait for a limit. */
export interface LimitUser {
  readonly scheduler: SchedulerLike;
  /** Milliseconds of the session's time, which all sessions of a process share. */
  now(): number;
  /** Whether those could start if the limit had room. */
  isOpen(lane: LimitLane): boolean;
  /** Starts who may start. */
  wake(): void;
}

/** What `createLimit` makes: who runs under it, and who waits for it in whichever session. First come, first served. */
export class LimitGate implements Limit {
  #running = 0;
  /** When the last so many started, the oldest first. */
  readonly #starts: number[] = [];
  readonly #lanes = new Map<LimitLane, LimitUser>();
  #timer: Subscription | undefined;
  #isWaking = false;
  #isChanged = false;

  constructor(private readonly most: number, private readonly perMinute: number) {}

  get running(): number { return this.#running; }

  /** Whether the next that has come may start now. @param arrival - its place; one that has none comes last */
  hasRoom(user: LimitUser, arrival = Infinity): boolean {
    if (this.#running >= this.most || this.#left(user.now()) > 0) return false;
    for (const [lane, other] of this.#lanes) if (lane.first!.arrival! < arrival && other.isOpen(lane)) return false;
    return true;
  }

  take(now: number): void {
    this.#running += 1;
    this.#isChanged = true;
    if (this.perMinute === Infinity) return;
    this.#starts.push(now);
    if (this.#starts.length > this.perMinute) this.#starts.shift();
  }

  give(): void { this.#running -= 1; }

  /** Counts in those of a session that begin to wait. */
  join(lane: LimitLane, user: LimitUser): void {
    this.#lanes.set(lane, user);
    this.#watch();
  }

  leave(lane: LimitLane): void {
    this.#lanes.delete(lane);
    this.#timer?.unsubscribe();
    this.#timer = undefined;
    this.#watch();
  }

  /** Starts who may start, in whichever session, as long as there is room. */
  wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    do {
      this.#isChanged = false;
      const users = [...this.#lanes].sort(([one], [other]) => (one.first?.arrival ?? 0) - (other.first?.arrival ?? 0));
      for (const user of new Set(users.map(([, each]) => each))) user.wake();
    } while (this.#isChanged);
    this.#isWaking = false;
    this.#watch();
  }

  /** Milliseconds until one more may start in this minute. */
  #left(now: number): number {
    return this.#starts.length < this.perMinute ? 0 : Math.max(0, this.#starts[0]! + MINUTE - now);
  }

  #watch(): void {
    const [user] = this.#lanes.values();
    if (user === undefined || this.#timer !== undefined) return;
    const left = this.#left(user.now());
    if (left === 0) return;
    this.#timer = user.scheduler.schedule(() => {
      this.#timer = undefined;
      this.wake();
    }, left);
  }
}

export const A_LIMIT: Kind = [(value) => value instanceof LimitGate, 'a limit that createLimit made'];
