import type { Observable, SchedulerLike } from 'rxjs';
import { filter, map, merge, of, Subject, take, timer } from '../../rx.js';
import type { Budget, WaitingFor } from '../../budget.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Spent } from '../limits/spent.js';
import type { Fanout } from '../log/fanout.js';

/** A place in the tree of a session: the session itself at the root, a task everywhere else. */
export class ScopeNode {
  /** Of a task; the session has none. */
  declare readonly id?: TaskId;
  /** The observers of the events below this place. */
  declare scope?: Fanout<TaskEvent>;
  /** What may be spent here and below, and what was. */
  declare budget?: Budget | undefined;
  declare spent?: Spent;
  /** What counts into `stopped` here and has not stopped: this place, if it is a task, and what is below it. */
  unstopped = 0;
  private declare changes?: Subject<void>;

  constructor(readonly above: ScopeNode | undefined) {}

  /** 0 for the session, 1 for what it started. */
  get depth(): number { return this.above === undefined ? 0 : this.above.depth + 1; }

  /** The place whose `stopped` waits for this one. */
  get stopsWith(): ScopeNode | undefined { return this.above; }

  get isEnded(): boolean { return false; }

  isBelow(node: ScopeNode): boolean {
    return this.above !== undefined && (this.above === node || this.above.isBelow(node));
  }

  /** Begins to wait for something, until what it answers with is called. Only a task waits. */
  wait(_why: WaitingFor): () => void { return () => undefined; }

  /** Whether the `stopped` of that place waits for this one. */
  stopsIn(node: ScopeNode): boolean { return this === node || this.stopsWith?.stopsIn(node) === true; }

  /** This place, and all above it. */
  get path(): readonly ScopeNode[] { return [this, ...this.above?.path ?? []]; }

  /** Hands an event to every scope above. */
  relay(event: TaskEvent, order: number): void {
    for (let node = this.above; node !== undefined; node = node.above) node.scope?.next(event, order);
  }

  /** Counts a task in, or out when it has stopped. */
  count(change: 1 | -1): void {
    this.unstopped += change;
    if (this.unstopped === 0) this.changed();
    this.stopsWith?.count(change);
  }

  protected get isWatched(): boolean { return this.changes?.observed === true; }

  changed(): void { this.changes?.next(); }

  /** Emits when `is` holds, at the latest after `ms`. */
  when(is: () => boolean, ms: number, scheduler: SchedulerLike): Observable<unknown> {
    const holds = merge(of(undefined), this.changes ??= new Subject()).pipe(filter(is));
    return (is() || ms === Infinity ? holds : merge(holds, timer(ms, scheduler))).pipe(take(1), map(() => undefined));
  }
}
