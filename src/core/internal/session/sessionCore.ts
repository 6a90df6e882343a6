import { distinctUntilChanged, filter, firstValueFrom, map, Observable, startWith, Subject, takeUntil } from '../../rx.js';
import type { AgentContext, AgentFunction, Capacity, CloseReport, DelegateOptions, Scope, ScopeOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import {
  CapacityError, DepthExceededError, InvalidArgumentError, KeyTakenError, NotRunningError, SessionClosedError, TaskEvictedError,
  TaskNotFoundError,
} from '../../errors.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Limits } from '../../limits.js';
import { check, WORDS } from '../../check.js';
import { sameValue } from '../../sameValue.js';
import { asksKey, type Asks } from '../../asksOf.js';
import type { AgentOutput } from '../../output.js';
import type { OpenQuestion } from '../../question.js';
import type { RunOptions } from '../../runOptions.js';
import { isScope } from '../../scopeId.js';
import type { Task } from '../../task.js';
import { clockKey } from '../../clockOf.js';
import { hearsKey } from '../../hearsOf.js';
import { journalKey } from '../../journalOf.js';
import { checkWrapUp } from './checkWrapUp.js';
import { coldRun } from './coldRun.js';
import { createTaskIds } from './createTaskIds.js';
import { Dispatcher } from '../log/dispatcher.js';
import { Fanout } from '../log/fanout.js';
import { keepContext } from './keepContext.js';
import { nameOf } from './nameOf.js';
import { OpenScopes } from './openScopes.js';
import { readDelegation } from './readDelegation.js';
import { Retention } from './retention.js';
import { Seats } from './seats.js';
import { refuseSpent, spend, warn } from './spend.js';
import { SessionClock } from './sessionClock.js';
import { cancelledBy } from '../task/decision.js';
import { Endings } from '../task/endings.js';
import type { Amount } from '../limits/spent.js';
import type { Journal } from '../task/journal.js';
import { Place, type ScopeNode } from '../task/scopeNode.js';
import type { Scopes } from '../task/scopeVerbs.js';
import { TaskContext, type Run } from '../task/taskContext.js';
import { TaskHandle } from '../task/taskHandle.js';
import type { TaskOwner } from '../task/taskOwner.js';
import { TaskRecord } from '../task/taskRecord.js';

/** Ids of forgotten tasks that are remembered, so that they can be told from ids that never were. */
const EVICTED = 10_000;

/** The place above the tasks that the session itself has started. */
const OF_ROOT = [undefined];

/** Nobody sees what another does to it; itself where something in it cannot be copied. */
function ownCopy(saved: unknown): unknown {
  try {
    return structuredClone(saved);
  } catch {
    return saved;
  }
}

const byAge = (one: OpenQuestion, other: OpenQuestion): number => Number(one.id.slice(1)) - Number(other.id.slice(1));

/** Decides how a task ends, and what is below it: gathers what ends, and the ids of it. */
export type Decide = (task: TaskRecord, ended: TaskRecord[], ids: TaskId[]) => void;

/** Ends each task, and what is below it by it. */
export const cancelAll = (reason: unknown): Decide => {
  const decision = cancelledBy(reason);
  return (task, ended, ids) => { task.decide(decision, ended, ids); };
};

/** The same, and whoever does it has heard of it by that. */
const heardAll = (reason: unknown): Decide => {
  const decision = cancelledBy(reason);
  return (task, ended, ids) => { if (task.decide(decision, ended, ids)) task.isHeard = true; };
};

/** The tasks of a session: who is kept, who runs, who waits, and who may see whom. */
export class SessionCore implements TaskOwner<TaskRecord>, Scopes {
  readonly root: Place;
  readonly dispatcher: Dispatcher<TaskEvent>;
  readonly endings = new Endings();
  readonly clock: SessionClock;
  listeners = 0;
  readonly stopping = new Set<TaskRecord>();
  declare journal?: Journal<TaskRecord>;

  readonly records = new Map<TaskId, TaskRecord>();
  /** The ids of forgotten tasks, each with those of the places above it. */
  readonly evicted = new Map<TaskId, readonly (TaskId | undefined)[]>();
  /** Goes on where it was; from the start, it would walk over what has been deleted again and again. */
  readonly #oldestEvicted = this.evicted.keys();
  readonly seats: Seats<TaskRecord>;
  readonly scopes: OpenScopes = new OpenScopes(this, {
    close: (place, reason) => this.close(place, heardAll(reason)), cancel: (place, reason) => this.endAll(place, cancelAll(reason)),
  });
  readonly retention: Retention<TaskRecord>;
  newId: (agentName: string) => TaskId;
  /** Whether anybody asks for the unheard at all. */
  #isAsked = false;
  steeringIds = 0;
  questionIds = 0;
  /** The tasks that ask, and whoever watches what is asked. */
  readonly #asking = new Set<TaskRecord>();
  readonly #asked = new Subject<void>();
  /** Whether who waits is not to be started now: somebody is at it, or the session is being filled. */
  isStarting = false;

  /**
   * @param lastId - where the ids go on from
   * @param deliver - makes what delivers events
   */
  constructor(
    readonly limits: Limits, lastId?: number, deliver = (onIdle: () => void): Dispatcher<TaskEvent> => new Dispatcher<TaskEvent>(onIdle),
  ) {
    this.dispatcher = deliver(() => { this.#settle(); });
    this.clock = new SessionClock(limits.scheduler);
    this.root = new Place(undefined, limits);
    if (limits.budget !== undefined) this.root.budget = limits.budget;
    const { maxQueued, scheduler } = limits;
    this.seats = new Seats({
      maxQueued, scheduler, now: () => this.clock.began + this.clock.now(), wake: () => { this.dispatcher.exclusive(() => undefined); },
    });
    const isTaken = (id: TaskId): boolean => this.records.has(id) || this.evicted.has(id) || isScope(id);
    this.newId = createTaskIds(limits.generateId, isTaken, lastId);
    this.retention = new Retention(limits.retain, () => this.clock.now(), (task) => { this.#forget(task); });
  }

  // What a scope can do.

  delegate<B extends Brief>(node: ScopeNode, agent: AgentFunction<B>, asked: B, how?: DelegateOptions, run?: Run): Task<never> {
    const { brief, options } = readDelegation(agent, asked, how);
    if (options.wrapUp !== undefined) checkWrapUp(options, this.limits, node);
    const { key, limit, whenTaken = 'join' } = options;
    const name = options.name ?? this.journal?.nameOf(agent as AgentFunction) ?? nameOf(agent);
    const taken = key === undefined ? undefined : node.keys?.get(key) as TaskRecord | undefined;
    if (taken !== undefined && whenTaken === 'join') return joined(taken, name, brief);
    const leaving = taken?.isEnded === false ? taken : undefined;
    if (leaving !== undefined && whenTaken === 'refuse') {
      throw new KeyTakenError(`Task ${leaving.id} has the key ${key} and runs. Collect or cancel it first, or give another key.`);
    }
    // The one call of foreign code comes before everything that is decided.
    const id = this.newId(name);
    const family = this.#familyOf(node);
    refuseSpent(node);
    const followed = brief.follow_up === undefined ? undefined : this.#followed(node, name, brief.follow_up);
    const failure = node.place.within.find((place) => place.failure !== undefined)?.failure;
    const startsNow = this.seats.admit(node, limit, leaving) && failure === undefined;
    const task = new TaskRecord(this, id, name, brief, node, agent as AgentFunction, options);
    if (followed !== undefined) task.followed = followed;
    // It has its seat, or its place in the queue, before anybody else's code may run.
    this.seats[startsNow && leaving === undefined ? 'start' : 'wait'](task);
    try {
      this.journal?.delegated(task, startsNow);
    } catch (thrown) {
      this.seats.end(task);
      throw thrown;
    }
    const handle = task.handle = new TaskHandle(task);
    task.count(1);
    this.records.set(id, task);
    if (key !== undefined) (node.keys ??= new Map()).set(key, task);
    if (family !== undefined) family.descendants = (family.descendants ?? 0) + 1;
    const { task: parent } = node;
    if (parent instanceof TaskRecord) (parent.children ??= new Set()).add(task);
    if (options.detached !== true) run?.adopt?.(task);
    if (leaving === undefined) this.#begin(task, startsNow, failure);
    else this.dispatcher.exclusive(() => {
      // Whoever starts its successor knows of that end.
      leaving.isHeard = true;
      leaving.cancel(`superseded by ${id}`);
      // What was written down as waiting is started as such.
      const isNext = startsNow && this.seats.next() === task;
      if (isNext) this.seats.start(task);
      this.#begin(task, isNext, failure);
    });
    this.retention.sweep();
    return handle as Task as Task<never>;
  }

  /** What an ended task has saved that goes on by another. */
  #followed(node: ScopeNode, name: string, id: string): unknown {
    check('brief.follow_up', id, WORDS);
    const task = this.records.get(id);
    const refuse = (words: string): never => { throw new InvalidArgumentError(words); };
    if (task?.isBelow(node) !== true) {
      if (this.isEvicted(node, id)) {
        throw new TaskEvictedError(`Task ${id} was forgotten to make room, and its conversation with it. Start a new one.`);
      }
      throw new TaskNotFoundError(`Task not found: ${id}. Name an ended task of this scope, or leave \`follow_up\` out.`);
    }
    if (!task.isEnded) refuse(`Task ${id} still runs. Steer it, or wait for its end.`);
    if (task.name !== name) refuse(`Task ${id} was one of ${task.name}. Follow it up with that agent, or leave \`follow_up\` out.`);
    if (task.saved === undefined) {
      refuse(`Task ${id} has left no conversation to go on with. Start a new one, and say in \`context\` what it needs.`);
    }
    return ownCopy(task.saved);
  }

  #begin(task: TaskRecord, startsNow: boolean, failure: string | undefined): void {
    const { signal } = task.options;
    try {
      if (signal !== undefined) task.obey(signal);
    } catch (thrown) {
      task.cancel(thrown);
      throw thrown;
    }
    if (task.isEnded) return;
    if (startsNow) {
      task.start(task.createdAt);
      return;
    }
    task.enter = keepContext();
    task.queue();
    if (failure !== undefined) task.cancel(failure);
    else if (this.seats.next() === task) this.seats.wake();
  }

  scope(node: ScopeNode, options?: ScopeOptions): Scope {
    this.#checkPlace(node);
    return this.scopes.open(node, options);
  }

  get(node: ScopeNode, id: string): Task | undefined {
    this.retention.sweep();
    const task = this.records.get(id);
    return task?.isBelow(node) === true ? task.handle : undefined;
  }

  isEvicted(node: ScopeNode, id: string): boolean {
    return this.evicted.get(id)?.includes(node.id) === true;
  }

  tasks(node: ScopeNode): readonly Task[] {
    this.retention.sweep();
    const handles: Task[] = [];
    for (const task of this.records.values()) if (task.isBelow(node)) handles.push(task.handle!);
    return handles;
  }

  unheard(node: ScopeNode): readonly Task[] {
    this.#isAsked = true;
    return [...this.retention.unheard].filter((task) => task.hearer === node).map((task) => task.handle!);
  }

  events(node: ScopeNode): Observable<TaskEvent> {
    const events = new Observable<TaskEvent>((subscriber) => {
      if (node instanceof TaskRecord ? node.outcome !== undefined : node.place.isClosed) {
        subscriber.complete();
        return;
      }
      const remove = (node.scope ??= new Fanout()).add(subscriber, this.dispatcher.order);
      this.listeners += 1;
      subscriber.add(() => {
        this.listeners -= 1;
        remove();
      });
    });
    return Object.assign(events, {
      [clockKey]: this.limits.scheduler, [journalKey]: this.journal, [hearsKey]: (id: TaskId) => this.records.get(id)?.hearer === node,
      [asksKey]: this.#asksOf(node),
    });
  }

  questions(node: ScopeNode): Observable<readonly OpenQuestion[]> {
    const look = (): readonly OpenQuestion[] =>
      [...this.#asking].filter((task) => task.isBelow(node)).flatMap(({ questions }) => questions!.open).sort(byAge);
    const isOver = (): boolean => (node instanceof TaskRecord ? node.outcome !== undefined : node.place.isClosed);
    return this.#asked.pipe(
      startWith(undefined),
      map(look),
      distinctUntilChanged((one, other) => one.length === other.length && one.every((question, n) => question === other[n])),
      takeUntil(this.#asked.pipe(startWith(undefined), filter(isOver))),
    );
  }

  #asksOf(node: ScopeNode): Asks {
    return {
      place: node,
      answers: (kinds) => { node.answers = new Set([...node.answers ?? [], ...kinds]); },
      isAnswered: (kind) => node.answers?.has(kind) === true,
      isFor: (id, kind) => {
        let above = this.records.get(id)?.above;
        while (above !== undefined && (above.isEnded || above.answers?.has(kind) !== true)) above = above.above;
        return above === node;
      },
    };
  }

  capacity(node: ScopeNode): Capacity { return this.seats.capacity(node); }

  get isClosed(): boolean { return this.root.isClosed; }

  pause(isPaused: boolean): void {
    if (this.seats.isPaused !== isPaused) this.journal?.paused(isPaused);
    this.seats.isPaused = isPaused;
    this.seats.wake();
  }

  /** Ends a place and all below it that lives, and answers with their ids. @param decide - how a task ends */
  endAll(place: ScopeNode, decide: Decide, after = (): void => undefined): readonly TaskId[] {
    const ended: TaskRecord[] = [];
    const ids: TaskId[] = [];
    for (const task of this.records.values()) if (task === place || task.isBelow(place)) decide(task, ended, ids);
    this.dispatcher.exclusive(() => {
      this.endings.carryOut(ended);
      after();
    });
    return ids;
  }

  /** Takes no more tasks there, ends those that live, and answers with their ids, and with those of the ends that nobody has heard of. */
  shut(place: Place, decide: Decide): Pick<CloseReport, 'ids' | 'unheard'> {
    const unheard = [...this.retention.unheard].filter((task) => task.isBelow(place)).map(({ id }) => id);
    place.isClosed = true;
    return { unheard, ids: this.endAll(place, decide, () => {
      if (place.isNamed) this.journal?.closed(place.id!, this.tasks(place).map(({ id }) => id));
      this.dispatcher.then(() => { place.scope?.complete(); });
      this.#tellAsked();
    }) };
  }

  /** The same, and waits until all have stopped, at most the grace. */
  close(place: Place, decide: Decide): Promise<CloseReport> {
    const report = this.shut(place, decide);
    const { cancelGrace, scheduler } = this.limits;
    return firstValueFrom(place.when(() => place.unstopped === 0, cancelGrace, scheduler).pipe(map(() => {
      const notStopped = [...this.stopping].filter((task) => task.stopsIn(place)).map(({ id }) => id);
      return { ...report, stopped: notStopped.length === 0, notStopped };
    })));
  }

  // What a task needs.

  newSteeringId(): string { return `s${++this.steeringIds}`; }

  newQuestionId(): string { return `q${++this.questionIds}`; }

  asking(task: TaskRecord): void {
    if ((task.questions?.open.length ?? 0) > 0) this.#asking.add(task);
    else this.#asking.delete(task);
    this.#tellAsked();
  }

  #tellAsked(): void {
    if (this.#asked.observed) this.dispatcher.then(() => { this.#asked.next(); });
  }

  contextOf(run: Run): AgentContext { return new TaskContext(this, run.host.node, run); }

  runInside<B extends Brief>(run: Run, agent: AgentFunction<B>, brief: B, options?: RunOptions): Observable<AgentOutput<never>> {
    return coldRun(run, agent, brief, 'context.run', options);
  }

  spend(below: ScopeNode, amount: Amount): void { spend(this, below, amount); }

  warn(...args: Parameters<typeof warn>): void { warn(...args); }

  ended(task: TaskRecord): void {
    this.seats.end(task);
    for (const id of task.scopes ?? []) this.scopes.forget(id);
    const { above: place } = task;
    const { task: parent } = place;
    if (parent instanceof TaskRecord) {
      parent.children?.delete(task);
      parent.activeBelow = task.endedAt;
    }
    this.retention.ended(task);
    this.journal?.ended(task);
    this.#tellAsked();
    if (place instanceof Place && task.outcome!.type === 'failed' && place.takesAlong && place.failure === undefined) {
      place.failure = `${task.id} failed`;
      this.dispatcher.then(() => { this.endAll(place, cancelAll(place.failure)); });
    }
  }

  suspended(task: TaskRecord): void { this.seats.end(task); }

  heard(task: TaskRecord): void {
    if (task.isHeard !== true) this.journal?.heard(task);
    this.retention.heard(task);
  }

  #checkPlace({ place, task }: ScopeNode): void {
    if (place.within.some(({ isClosed }) => isClosed)) {
      throw new SessionClosedError(`The ${this.isClosed ? 'session' : 'scope'} is closed. Create a new one to start tasks.`);
    }
    if (task?.isEnded === true) throw new NotRunningError(`Task ${task.id} has ended, so it can start no more tasks.`);
  }

  /** The root task of a place, whose family may grow by one more, if it is below one. */
  #familyOf(node: ScopeNode): TaskRecord | undefined {
    this.#checkPlace(node);
    const { maxDepth, maxDescendants } = this.limits;
    if (node.depth >= maxDepth) {
      throw new DepthExceededError(
        `Tasks may be ${maxDepth} generations deep, and this would be generation ${node.depth + 1}. Do this work without delegating it.`,
      );
    }
    let root = node.task;
    while (root !== undefined && root.depth > 1) root = root.above!.task;
    if (!(root instanceof TaskRecord)) return undefined;
    const { descendants = 0 } = root;
    if (descendants >= maxDescendants) {
      throw new CapacityError(
        `${descendants} of ${maxDescendants} tasks have been started below task ${root.id}. Do the rest without delegating it.`,
        descendants, maxDescendants,
      );
    }
    return root;
  }

  /** When every event has reached everybody: starts who waits and now has a slot, and forgets who has to go. */
  #settle(): void {
    if (this.isStarting) return;
    this.isStarting = true;
    try {
      for (let task = this.seats.next(); task !== undefined && !this.isClosed; task = this.seats.next()) {
        const next = task;
        // Its delegate is not over yet.
        if (task.enter === undefined) break;
        const now = this.clock.now();
        this.seats.start(next);
        this.journal?.started(next, now);
        task.enter(() => { next.start(now); });
        task.enter = undefined;
      }
    } finally {
      this.isStarting = false;
    }
    this.seats.settle();
    this.retention.sweep();
  }

  #forget(task: TaskRecord): void {
    this.records.delete(task.id);
    task.freeKey();
    this.journal?.forgotten(task);
    this.evicted.set(task.id, task.above === this.root ? OF_ROOT : task.above.path.map((node) => node.id));
    if (this.evicted.size > EVICTED) this.evicted.delete(this.#oldestEvicted.next().value!);
    if (this.#isAsked && task.isHeard !== true) task.lament();
  }
}

/** The task that has a key, for whoever wants the same. */
function joined(taken: TaskRecord, name: string, brief: Brief): Task<never> {
  if (taken.name === name && sameValue(taken.brief, brief)) return taken.handle as Task as Task<never>;
  const what = taken.name === name ? 'another brief' : `another agent, ${taken.name}`;
  throw new KeyTakenError(`Task ${taken.id} has the key ${taken.options.key} with ${what}. Give another key, or supersede that task.`);
}
