import type { Observable, SchedulerLike } from 'rxjs';
import { filter, map, merge, of, Subject, take, timer } from '../../rx.js';
import type { Budget, WaitingFor } from '../../budget.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { QuestionKind } from '../../question.js';
import type { Spent } from '../limits/spent.js';
import type { Fanout } from '../log/fanout.js';

/** A place in the tree of a session: the session itself at the root, scopes, and tasks. */
export class ScopeNode {
  /** Of a task or a scope; the session has none. */
  declare id?: TaskId;
  /** The observers of the events below this place. */
  declare scope?: Fanout<TaskEvent>;
  /** What may be spent here and below, and what was. */
  declare budget?: Budget | undefined;
  declare spent?: Spent;
  /** The tasks that were started here with a key, by their keys. */
  declare keys?: Map<string, ScopeNode>;
  /** Which kinds of question a model answers here, where one does. */
  declare answers?: ReadonlySet<QuestionKind>;
  /** The ids of the scopes that were opened in this task. */
  declare scopes?: Set<TaskId>;
  /** What counts into `stopped` here and has not stopped: this place, if it is a task, and what is below it. */
  unstopped = 0;
  private declare changes?: Subject<void>;

  constructor(readonly above: ScopeNode | undefined) {}

  /** 0 for the session, 1 for what it started. */
  get depth(): number { return this.above!.depth + 1; }

  /** The task that this is, or that a scope is in. */
  // eslint-disable-next-line @typescript-eslint/prefer-return-this-type -- a scope in a task answers with that
  get task(): ScopeNode | undefined { return this; }

  /** The session or the scope in which it is. */
  get place(): Place { return this.above!.place; }

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

/** How many tasks may run at once in a place. */
interface Caps {
  readonly maxRunning: number;
  readonly maxTotalRunning: number;
  readonly overflow: 'reject' | 'queue';
}

/** Where tasks are side by side: the session itself, or a scope, which is a part of it. A scope is no generation. */
export class Place extends ScopeNode {
  /** It, and the places that it is a part of. */
  readonly within: readonly Place[];
  /** By generation: how many run, and how many wait. */
  readonly running: number[] = [];
  readonly waiting: number[] = [];
  /** Of all generations: how many run, or have a seat for when they do. */
  total = 0;
  isClosed = false;
  /** Whether it can be found again by its name. */
  isNamed = false;
  /** Whether a task that fails takes the others along. */
  takesAlong = false;
  /** What tasks that are still to come are cancelled with: one has failed. */
  failure: string | undefined;

  constructor(above: ScopeNode | undefined, public caps: Caps, id?: string) {
    super(above);
    if (id !== undefined) this.id = id;
    this.within = [this, ...above?.place.within ?? []];
  }

  override get depth(): number { return this.above?.depth ?? 0; }
  override get task(): ScopeNode | undefined { return this.above?.task; }
  override get place(): this { return this; }
  override get isEnded(): boolean { return this.above !== undefined && (this.isClosed || this.above.isEnded); }
}

/** Whether another life of the session finds it again: a scope without a name, and what is open in that, it does not. */
export const isFound = ({ place, task }: ScopeNode): boolean =>
  place.within.every((one) => one.isNamed || one.id === undefined || one.task !== task);
