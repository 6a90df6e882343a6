import { Observable } from '../../rx.js';
import type { AgentContext, AgentFunction, Capacity, DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { CapacityError, DepthExceededError, NotRunningError, SessionClosedError } from '../../errors.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Limits } from '../../limits.js';
import type { AgentOutput } from '../../output.js';
import type { RunOptions } from '../../runOptions.js';
import type { Task } from '../../task.js';
import { clockKey } from '../../clockOf.js';
import { journalKey } from '../../journalOf.js';
import { coldRun } from './coldRun.js';
import { createTaskIds } from './createTaskIds.js';
import { Dispatcher } from '../log/dispatcher.js';
import { Fanout } from '../log/fanout.js';
import { Generations } from './generations.js';
import { keepContext } from './keepContext.js';
import { nameOf } from './nameOf.js';
import { readDelegation } from './readDelegation.js';
import { Retention } from './retention.js';
import { SessionClock } from './sessionClock.js';
import { Endings } from '../task/endings.js';
import type { Journal } from '../task/journal.js';
import { ScopeNode } from '../task/scopeNode.js';
import type { Scopes } from '../task/scopeVerbs.js';
import { TaskContext, type Run } from '../task/taskContext.js';
import { TaskHandle } from '../task/taskHandle.js';
import type { TaskOwner } from '../task/taskOwner.js';
import { TaskRecord } from '../task/taskRecord.js';

/** Ids of forgotten tasks that are remembered, so that they can be told from ids that never were. */
const EVICTED = 10_000;

/** Decides how a task ends, and what is below it: gathers what ends, and the ids of it. */
export type Decide = (task: TaskRecord, ended: TaskRecord[], ids: TaskId[]) => void;

/** The tasks of a session: who is kept, who runs, who waits, and who may see whom. */
export class SessionCore implements TaskOwner<TaskRecord>, Scopes {
  readonly root = new ScopeNode(undefined);
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
  readonly generations: Generations<TaskRecord>;
  readonly retention: Retention<TaskRecord>;
  newId: (agentName: string) => TaskId;
  isClosed = false;
  /** Whether anybody asks for the unheard at all. */
  #isAsked = false;
  steeringIds = 0;
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
    this.generations = new Generations(limits);
    this.newId = createTaskIds(limits.generateId, (id) => this.records.has(id) || this.evicted.has(id), lastId);
    this.retention = new Retention(limits.retain, () => this.clock.now(), (task) => { this.#forget(task); });
  }

  // What a scope can do.

  delegate<B extends Brief>(node: ScopeNode, agent: AgentFunction<B>, asked: B, how?: DelegateOptions): Task<never> {
    const { brief, options } = readDelegation(agent, asked, how);
    const name = options.name ?? this.journal?.nameOf(agent as AgentFunction) ?? nameOf(agent);
    // The one call of foreign code comes before everything that is decided.
    const id = this.newId(name);
    if (this.isClosed) throw new SessionClosedError('The session is closed. Create a new one to start tasks.');
    if (node instanceof TaskRecord && node.isEnded) {
      throw new NotRunningError(`Task ${node.id} has ended, so it can start no more tasks.`);
    }
    const family = this.#familyOf(node);
    const startsNow = this.generations.admit(node.depth + 1);
    const task = new TaskRecord(this, id, name, brief, node, agent as AgentFunction, options);
    this.journal?.delegated(task, startsNow);
    const handle = task.handle = new TaskHandle(task);
    task.count(1);
    this.records.set(id, task);
    if (family !== undefined) family.descendants = (family.descendants ?? 0) + 1;
    if (node instanceof TaskRecord) (node.children ??= new Set()).add(task);
    if (options.signal !== undefined) task.obey(options.signal);
    if (startsNow) {
      this.#start(task, task.createdAt);
    } else {
      this.generations.wait(task);
      task.enter = keepContext();
      task.queue();
    }
    this.retention.sweep();
    return handle as Task as Task<never>;
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
      if (node instanceof TaskRecord ? node.outcome !== undefined : this.isClosed) {
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
    return Object.assign(events, { [clockKey]: this.limits.scheduler, [journalKey]: this.journal });
  }

  capacity({ depth }: ScopeNode): Capacity {
    return this.generations.capacity(depth + 1);
  }

  /** Ends those that live, and answers with their ids. @param decide - how a task ends */
  endAll(decide: Decide, after = (): void => undefined): readonly TaskId[] {
    const ended: TaskRecord[] = [];
    const ids: TaskId[] = [];
    for (const task of this.records.values()) decide(task, ended, ids);
    this.dispatcher.exclusive(() => {
      this.endings.carryOut(ended);
      after();
    });
    return ids;
  }

  /** Takes no more tasks, ends those that live, and answers with their ids, and with those of the ends that nobody has heard of. */
  close(decide: Decide): { readonly ids: readonly TaskId[]; readonly unheard: readonly TaskId[] } {
    const unheard = [...this.retention.unheard].map(({ id }) => id);
    this.isClosed = true;
    return { unheard, ids: this.endAll(decide, () => { this.dispatcher.then(() => { this.root.scope?.complete(); }); }) };
  }

  // What a task needs.

  newSteeringId(): string { return `s${++this.steeringIds}`; }

  contextOf(run: Run): AgentContext { return new TaskContext(this, run.place.node, run); }

  runInside<B extends Brief>(run: Run, agent: AgentFunction<B>, brief: B, options?: RunOptions): Observable<AgentOutput<never>> {
    return coldRun(run, agent, brief, 'context.run', options);
  }

  ended(task: TaskRecord): void {
    this.generations.end(task);
    if (task.above instanceof TaskRecord) {
      task.above.children?.delete(task);
      task.above.activeBelow = task.endedAt;
    }
    this.retention.ended(task);
    this.journal?.ended(task);
  }

  heard(task: TaskRecord): void {
    if (task.isHeard !== true) this.journal?.heard(task);
    this.retention.heard(task);
  }

  /** The root task of a place, whose family may grow by one more. */
  #familyOf(node: ScopeNode): TaskRecord | undefined {
    const { maxDepth, maxDescendants } = this.limits;
    if (node.depth >= maxDepth) {
      throw new DepthExceededError(
        `Tasks may be ${maxDepth} generations deep, and this would be generation ${node.depth + 1}. Do this work without delegating it.`,
      );
    }
    let root = node;
    while (root.depth > 1) root = root.above!;
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

  #start(task: TaskRecord, now: number): void {
    this.generations.start(task);
    task.start(now);
  }

  /** When every event has reached everybody: starts who waits and now has a slot, and forgets who has to go. */
  #settle(): void {
    if (this.isStarting) return;
    this.isStarting = true;
    try {
      for (let task = this.generations.next(); task !== undefined && !this.isClosed; task = this.generations.next()) {
        const next = task;
        const now = this.clock.now();
        this.journal?.started(next, now);
        task.enter?.(() => { this.#start(next, now); });
        task.enter = undefined;
      }
    } finally {
      this.isStarting = false;
    }
    this.retention.sweep();
  }

  #forget(task: TaskRecord): void {
    this.records.delete(task.id);
    this.journal?.forgotten(task);
    const above: (TaskId | undefined)[] = [];
    for (let node: ScopeNode | undefined = task.above; node !== undefined; node = node.above) above.push(node.id);
    this.evicted.set(task.id, above);
    if (this.evicted.size > EVICTED) this.evicted.delete(this.#oldestEvicted.next().value!);
    if (this.#isAsked && task.isHeard !== true) task.lament();
  }
}
