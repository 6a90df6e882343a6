import type { SchedulerLike } from 'rxjs';
import type { Capacity, Limit } from '../../agent.js';
import { CapacityError } from '../../errors.js';
import type { Place, ScopeNode } from '../task/scopeNode.js';
import { Lane, type Waiter } from './lane.js';
import type { LimitGate, LimitUser } from './limitGate.js';

/** Who takes a seat. */
export interface Seated extends Waiter {
  readonly above: ScopeNode;
  readonly depth: number;
  readonly options: { readonly limit?: Limit | undefined };
}

/** What the seats of a session are kept by. */
export interface SeatsOwner {
  readonly maxQueued: number;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  /** Lets `next` be asked as soon as everything in hand has reached everybody. */
  readonly wake: () => void;
}

/**
 * Who may run and who waits. Each generation is counted by itself: counted together, parents that wait for queued children would hold the
 * very slots that those wait for. Where they are counted together all the same, who is below a task never waits for that.
 */
export class Seats<T extends Seated> implements LimitUser {
  isPaused = false;
  readonly scheduler: SchedulerLike;
  readonly now: () => number;
  readonly wake: () => void;
  /** Those that have somebody. */
  readonly #lanes = new Set<Lane<T>>();
  /** Limits that may have room for others. */
  readonly #given = new Set<LimitGate>();

  constructor(private readonly owner: SeatsOwner) {
    ({ scheduler: this.scheduler, now: this.now, wake: this.wake } = owner);
  }

  /** What has the least room, of all that a task started there counts in. */
  capacity(above: ScopeNode): Capacity {
    const depth = above.depth + 1;
    const all = above.place.within.map(({ running, waiting, caps: { maxRunning: limit } }) => (
      { running: running[depth] ?? 0, queued: waiting[depth] ?? 0, limit }
    ));
    return all.reduce((least, one) => one.limit - one.running < least.limit - least.running ? one : least);
  }

  /**
   * Whether one more task may start at once; `false` means that it has to wait.
   *
   * @param leaving - how many of its kind run, and leave before it comes: none, or the one whose place it takes
   * @throws CapacityError
   */
  admit(above: ScopeNode, limit: Limit | undefined, leaving = 0): boolean {
    const depth = above.depth + 1;
    let waits = this.isPaused;
    let mayWait = limit !== undefined;
    for (const place of above.place.within) {
      const { maxRunning, maxTotalRunning, overflow } = place.caps;
      const isNested = depth > place.depth + 1;
      const queues = overflow === 'queue';
      const { total } = place;
      // Where nothing may wait, that is only what is about to run, such as what goes on from an earlier life of the session.
      const running = (place.running[depth] ?? 0) + (queues ? 0 : this.#promised(place, depth));
      if (running - leaving >= maxRunning) {
        if (!queues) throw full(running, maxRunning);
        waits = true;
      }
      if (total - leaving >= maxTotalRunning) {
        if (!queues || isNested) throw full(total, maxTotalRunning, ' in all generations');
        waits = true;
      }
      mayWait ||= queues;
    }
    if (limit !== undefined && !gateOf(limit).hasRoom(this)) {
      if (isHeldAbove(above, limit)) throw full(limit.running, limit.running, ' under a limit that a task above this one holds');
      waits = true;
    }
    // Those that came before and may start go first.
    waits ||= mayWait && this.next() !== undefined;
    if (waits) this.#checkQueue(above, depth);
    return !waits;
  }

  wait(task: T): void {
    const { above: { place }, depth, options: { limit } } = task;
    let lane = this.#laneOf(task);
    if (lane === undefined) this.#lanes.add(lane = new Lane(place, depth, limit && gateOf(limit)));
    lane.add(task);
    for (const each of place.within) each.waiting[depth] = (each.waiting[depth] ?? 0) + 1;
    this.#reserve(task, 1);
    if (lane.size === 1) lane.limit?.join(lane, this);
  }

  start(task: T): void {
    const { above: { place: { within } }, depth, options: { limit } } = task;
    const isReserved = this.#leave(task);
    for (const place of within) {
      place.running[depth] = (place.running[depth] ?? 0) + 1;
      if (!isReserved || depth === place.depth + 1) place.total += 1;
    }
    if (limit !== undefined && !(isReserved && isHeldAbove(task.above, limit))) gateOf(limit).take(this.now());
  }

  end(task: T): void {
    if (this.#leave(task)) {
      this.#reserve(task, -1);
      return;
    }
    const { above: { place: { within } }, depth, options: { limit } } = task;
    for (const place of within) {
      place.running[depth]! -= 1;
      place.total -= 1;
    }
    if (limit !== undefined) this.#give(limit);
  }

  /** The first of those that wait and have a seat. */
  next(): T | undefined {
    let first: T | undefined;
    if (this.isPaused) return first;
    for (const lane of this.#lanes) {
      const task = lane.first!;
      if (first !== undefined && first.arrival! < task.arrival!) continue;
      if (this.isOpen(lane) && lane.limit?.hasRoom(this, task.arrival) !== false) first = task;
    }
    return first;
  }

  /** Whether those could start if their limit had room. */
  isOpen({ place: { within }, depth }: Lane<T>): boolean {
    return !this.isPaused && within.every(({ running, total, caps: { maxRunning, maxTotalRunning }, depth: above }) =>
      (running[depth] ?? 0) < maxRunning && (total < maxTotalRunning || depth > above + 1));
  }

  /** Lets those of other sessions start that wait for what was given here. */
  settle(): void {
    for (const limit of this.#given) {
      this.#given.delete(limit);
      limit.wake();
    }
  }

  #give(limit: Limit): void {
    gateOf(limit).give();
    this.#given.add(gateOf(limit));
  }

  /** Who waits below a task has its seat among all generations, and under a limit that the task holds, from the beginning. */
  #reserve({ above, depth, options: { limit } }: T, change: 1 | -1): void {
    for (const place of above.place.within) if (depth > place.depth + 1) place.total += change;
    if (limit === undefined || !isHeldAbove(above, limit)) return;
    if (change === 1) gateOf(limit).take(this.now());
    else this.#give(limit);
  }

  /** Takes a task out of its lane; `false` if it is in none. */
  #leave(task: T): boolean {
    if (task.arrival === undefined) return false;
    const lane = this.#laneOf(task)!;
    lane.remove(task);
    for (const each of lane.place.within) each.waiting[lane.depth]! -= 1;
    if (lane.size > 0) return true;
    this.#lanes.delete(lane);
    lane.limit?.leave(lane);
    return true;
  }

  #laneOf({ above: { place }, depth, options: { limit } }: T): Lane<T> | undefined {
    for (const lane of this.#lanes) if (lane.place === place && lane.depth === depth && lane.limit === limit) return lane;
    return undefined;
  }

  /** Those that wait although nothing may wait there: they are about to run. */
  #promised(place: Place, depth: number): number {
    let promised = 0;
    for (const lane of this.#lanes) {
      if (lane.depth !== depth || lane.limit !== undefined || !lane.place.within.includes(place)) continue;
      if (lane.place.within.every(({ caps: { overflow } }) => overflow === 'reject')) promised += lane.size;
    }
    return promised;
  }

  #checkQueue({ place: { within } }: ScopeNode, depth: number): void {
    const { maxQueued } = this.owner;
    const { running, waiting, caps: { maxRunning } } = within.at(-1)!;
    const queued = waiting[depth] ?? 0;
    if (queued < maxQueued) return;
    const words = `${running[depth] ?? 0} of ${maxRunning} tasks are running and ${queued} of ${maxQueued} are waiting.`;
    throw new CapacityError(`${words} ${MAKE_ROOM}`, queued, maxQueued);
  }
}

const MAKE_ROOM = 'Collect or cancel one of them before you start another.';

const full = (count: number, limit: number, where = ''): CapacityError =>
  new CapacityError(`${count} of ${limit} tasks are running${where}. ${MAKE_ROOM}`, count, limit);

// eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the options of delegate let nothing else pass
const gateOf = (limit: Limit): LimitGate => limit as LimitGate;

function isHeldAbove(above: ScopeNode, limit: Limit): boolean {
  for (let node: ScopeNode | undefined = above; node !== undefined; node = node.above) {
    if ((node as Partial<Seated>).options?.limit === limit) return true;
  }
  return false;
}
