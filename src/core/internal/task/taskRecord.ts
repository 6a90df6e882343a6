import type { SchedulerLike, Subscriber } from 'rxjs';
import { Observable } from '../../rx.js';
import type { AgentFunction, DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import type { WaitingFor, WrapUp } from '../../budget.js';
import { cutText } from '../../cutText.js';
import { InvalidResultError, type FailureCode, type SidestreamError } from '../../errors.js';
import type { Ending, EventBase, LineEvent, Outcome, QueuedEvent, StartedEvent, TaskEvent, TaskId, WarningEvent } from '../../events.js';
import type { Limits } from '../../limits.js';
import type { AgentOutput } from '../../output.js';
import type { Asked } from '../../question.js';
import { readResult } from '../../readResult.js';
import type { Task, TaskSnapshot, TaskStatus } from '../../task.js';
import { causes } from '../failure/causes.js';
import { describeThrown } from '../failure/describeThrown.js';
import { errorOf } from '../failure/errorOf.js';
import { failureOf, partialIn } from '../failure/failureOf.js';
import { noResult } from '../failure/noResult.js';
import { withoutStack } from '../failure/withoutStack.js';
import { LimitWatch, type Watched } from '../limits/limitWatch.js';
import { amountOf, Spent } from '../limits/spent.js';
import { Fanout } from '../log/fanout.js';
import { flatCopy } from '../log/flatCopy.js';
import { TaskLog, type Logged, type Unstamped } from '../log/taskLog.js';
import { Child, type ChildSink } from '../output/child.js';
import { readOutput } from '../output/readOutput.js';
import { onAbort } from '../output/onAbort.js';
import { Speech, type SpeechSink } from '../output/speech.js';
import type { Mailbox } from '../steering/mailbox.js';
import { cancelledBy, PARENT_ENDED, type Decision } from './decision.js';
import type { Ended } from './endings.js';
import { mailboxOf } from './mailboxOf.js';
import { openingsOf } from './openingsOf.js';
import { Questions, type Asker } from './questions.js';
import { ScopeNode } from './scopeNode.js';
import type { TaskOwner } from './taskOwner.js';
import { Waits } from './waits.js';
import { weightOf } from './weightOf.js';

/** The codes of those that were ended by a limit, and might have come to something. */
const LIMITS: ReadonlySet<FailureCode> = new Set(['budget_exceeded', 'deadline_exceeded', 'stalled']);

type Failed = Extract<Ending, { readonly type: 'failed' }>;

const isCut = (ending: Ending | undefined): ending is Failed => ending?.type === 'failed' && LIMITS.has(ending.error.code);

/** What the signal of a child says that is stopped, and goes on when its store is opened again. */
const SUSPENDED: Ending = { type: 'cancelled', reason: 'session_closed' };

/**
 * One run of an agent from its delegation to its end: who it is, and where it stands. What its child says is another's (Speech), what
 * is kept of that (TaskLog), what it is told (Mailbox), and in which order ends are carried out (Endings). Everything that few tasks
 * need is made when it is first needed: an idle task has no speech, window, mailbox, timer or controller.
 */
export class TaskRecord extends ScopeNode implements ChildSink, SpeechSink, Watched, Ended, Logged {
  declare readonly above: ScopeNode;
  /** What callers hold of the task. */
  declare handle?: Task;
  createdAt: number;
  /** From the decision until it is said. */
  private declare decision?: Decision | undefined;
  declare outcome?: Outcome;
  declare isHeard?: boolean;
  /** Bytes that it keeps when it has ended, roughly: its result, and its window. */
  declare weight: number;
  /** The session's count of endings when this task ended. */
  declare endOrder?: number;
  /** Tasks ever started below a root task. */
  declare descendants?: number;
  /** What it started and has not ended. */
  declare children?: Set<TaskRecord>;
  /** Enters the asynchronous context in which it was delegated, where it had to wait for a slot. */
  declare enter?: ((work: () => void) => void) | undefined;
  /** When the last of its children that have ended did so. */
  declare activeBelow?: number | undefined;
  /** Tasks that ended with this one, itself first, where there are several. */
  declare endedIds?: readonly TaskId[];
  declare child?: Child;
  declare mailbox?: Mailbox;
  declare speech?: Speech;
  /** What its agent saved last. */
  declare saved?: unknown;
  /** While it waits for a seat: its place among all that do. */
  declare arrival?: number;
  /** Who waits for the outcome alone, and is told nothing else. */
  private declare waiting?: ((outcome: Outcome | undefined) => void)[] | undefined;
  /** The observers of its outputs. */
  private declare outputs?: Fanout<AgentOutput<unknown>>;
  /** Milliseconds from the making of the task to the agent's call, and to its last output: small numbers take no memory of their own. */
  declare startDelay?: number;
  activeDelay = 0;
  declare endDelay?: number;
  declare wasQueued?: boolean;
  declare ownLog?: TaskLog;
  /** Whether it only stopped here, and goes on when its store is opened again. */
  declare isSuspended?: boolean;
  /** What it had used at its end; what is spent below it afterwards changes that no more. */
  declare used?: TaskSnapshot['usage'];
  private declare watch?: LimitWatch;
  private declare waits?: Waits;
  declare questions?: Questions;
  /** What the task that it follows saved last. */
  declare followed?: unknown;
  private declare disobey?: () => void;

  constructor(
    readonly owner: TaskOwner<TaskRecord>,
    override readonly id: TaskId,
    readonly name: string,
    readonly brief: Brief,
    above: ScopeNode,
    public agent: AgentFunction | undefined,
    readonly options: DelegateOptions,
  ) {
    super(above);
    this.createdAt = owner.clock.now();
    if (options.budget !== undefined) this.budget = options.budget;
  }

  get host(): this { return this; }
  get node(): this { return this; }
  get parentId(): TaskId | undefined { return this.above.task?.id; }
  get status(): TaskStatus { return this.ending?.type ?? (this.startDelay === undefined ? 'queued' : 'running'); }
  get deadline(): number | undefined { return this.options.deadline ?? this.form.deadline; }
  get idleTimeout(): number | undefined { return this.options.idleTimeout ?? this.form.idleTimeout; }
  get wrapUp(): WrapUp | undefined { return this.options.wrapUp; }
  get isLimited(): boolean { return (this.options.deadline ?? this.options.idleTimeout) !== undefined; }
  get startedAt(): number | undefined { return this.startDelay === undefined ? undefined : this.createdAt + this.startDelay; }
  get lastActivityAt(): number { return this.createdAt + this.activeDelay; }
  /** How it ends: decided, and perhaps not said yet. */
  get ending(): Ending | undefined { return this.outcome ?? this.decision?.ending; }
  override get isEnded(): boolean { return (this.outcome ?? this.decision) !== undefined; }
  get endedAt(): number | undefined { return this.endDelay === undefined ? undefined : this.createdAt + this.endDelay; }
  /** Whether it is over as far as this session goes. */
  get isOver(): boolean { return this.outcome !== undefined || this.isSuspended === true; }
  /** The task whose end is its own, too, or the place where it outlives all above it. */
  get endsWith(): ScopeNode {
    if (this.options.detached !== true) return this.above.task ?? this.above;
    let { place } = this.above;
    while (place.task !== undefined) place = place.above!.place;
    return place;
  }
  override get stopsWith(): ScopeNode { return this.options.detached === true ? this.endsWith : this.above; }
  /** Who is to hear of its end: its parent, or where that has ended, the next place above that lives. */
  get hearer(): ScopeNode {
    let node = this.above;
    while (node.isEnded) node = node.above!;
    return node;
  }
  get meta(): EventBase['meta'] { return this.options.meta; }
  get listened(): boolean { return this.owner.listeners > 0; }
  get window(): TaskLog['window'] | undefined { return this.ownLog?.window; }
  get form(): Limits { return this.owner.limits; }
  get overheard(): boolean { return this.outputs !== undefined && this.outputs.size > 0; }

  get log(): TaskLog {
    if (this.ownLog === undefined) {
      this.ownLog = new TaskLog(this, this.owner.dispatcher, this.form.windowLines, this.#opened);
      if (this.outcome !== undefined) this.ownLog.restore(this.outcome);
    }
    return this.ownLog;
  }

  get openings(): readonly (QueuedEvent | StartedEvent)[] { return openingsOf(this); }

  /** Lets the task wait for a slot. */
  queue(): void {
    this.#open(() => { this.wasQueued = true; });
  }

  /** Calls the agent. */
  start(now: number): void {
    this.#open(() => { this.startDelay = this.activeDelay = now - this.createdAt; });
    this.owner.dispatcher.whenKept(() => { this.call(); });
  }

  /** Calls the agent, unless the task has ended before that. */
  protected call(): void {
    if (this.isEnded) return;
    if ((this.deadline ?? this.idleTimeout) !== undefined) this.watch = new LimitWatch(this, this.owner.clock, this.form.scheduler);
    this.child = new Child(this);
    this.child.connect(() => this.agent?.(
      this.brief,
      new Observable<string>((subscriber) => { this.openMailbox().listen(subscriber); }),
      this.owner.contextOf(this),
    ));
  }

  openMailbox(): Mailbox { return mailboxOf(this); }

  // What the child says.

  next(value: unknown): void {
    const { activeDelay } = this;
    try {
      this.activeDelay = this.#age;
      (this.speech ??= new Speech(this)).take(value);
    } catch (thrown) {
      // What is no output is no sign of life either.
      this.activeDelay = activeDelay;
      this.error(thrown, true);
    }
  }

  error(thrown: unknown, stops = false): void {
    const { redact } = this.form;
    // What was thrown has the words as they were.
    const ending: Ending = { type: 'failed', error: failureOf(thrown, redact), ...partialIn(thrown, redact) };
    this.end(ending, redact === undefined ? thrown : undefined, stops);
  }

  complete(): void {
    const box = this.speech?.transcript?.end();
    if (box === undefined) this.error(noResult());
    else this.#completeWith(typeof box.value === 'string' ? flatCopy(box.value) : box.value);
  }

  #completeWith(value: unknown): void {
    const { options: { resultSchema }, form: { redact } } = this;
    const read = resultSchema === undefined ? { value } : readResult(resultSchema, value);
    if (typeof read !== 'string') this.end({ type: 'completed', result: read.value });
    else this.end({ type: 'failed', error: failureOf(new InvalidResultError(read), redact), partial: value });
  }

  put(output: AgentOutput<unknown>): void {
    if (this.overheard) this.owner.dispatcher.then((order) => { this.outputs!.next(output, order); });
  }

  print(printed: string): void {
    // A session's `redact` may have ended the task meanwhile.
    if (this.outcome !== undefined) return;
    const { lineLength } = this.form;
    if (printed.length > lineLength) {
      const { text, cut } = cutText(printed, lineLength);
      this.log.line(text, cut);
    } else {
      this.log.line(printed);
    }
    this.owner.journal?.printed(this);
  }

  exclusively(work: () => void): void { this.owner.dispatcher.exclusive(work); }

  spend(output: AgentOutput<unknown>): void {
    const amount = amountOf(output);
    if (amount !== undefined) this.owner.spend(this, amount);
  }

  /** What is used after its end, or that of a run inside it, was spent all the same; of its own end it is no part any more. */
  late(value: unknown): void {
    try {
      const output = readOutput(value);
      if (output.type === 'usage') this.owner.spend(this.isEnded ? this.above : this, output);
    } catch {
      // No output at all.
    }
  }

  teardownFailed(thrown: unknown): void {
    if (this.outcome !== undefined) return;
    const { message } = describeThrown(thrown, this.form.redact);
    this.warn('teardown_failed', `The child's teardown threw: ${message}`);
  }

  endLost(thrown: unknown): void {
    this.error(thrown, true);
    // Where it was decided, it is said now.
    this.exclusively(() => { this.owner.endings.sayAll(); });
  }

  released(): void {
    if (this.owner.stopping.delete(this)) this.count(-1);
  }

  /** Adds an observer of the outputs that are to come. */
  overhear(subscriber: Subscriber<AgentOutput<unknown>>): void {
    if (this.outcome !== undefined) subscriber.complete();
    else subscriber.add((this.outputs ??= new Fanout()).add(subscriber, this.owner.dispatcher.order));
  }

  /** Tells the outcome, when it is there; nothing where it only stopped here. For the many that are collected, and have no log. */
  tellOutcome(tell: (outcome: Outcome | undefined) => void): void {
    (this.waiting ??= []).push(tell);
    if (this.isOver) this.owner.dispatcher.exclusive(() => { this.#tellWaiting(); });
  }

  #tellWaiting(): void {
    const { waiting, outcome } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    this.owner.dispatcher.whenKept(() => {
      if (outcome !== undefined) this.heard();
      for (const tell of waiting) tell(outcome);
    }, () => { for (const tell of waiting) tell(undefined); });
  }

  // What is done to the task.

  /** Ends the task as cancelled, and all below it. */
  cancel(reason?: unknown): boolean {
    const { ending, cause } = cancelledBy(reason);
    return this.end(ending, cause, true);
  }

  /** Fails the task because of one of its limits. */
  fail(error: SidestreamError): void { this.end({ type: 'failed', error: failureOf(error) }, undefined, true); }

  warn(code: WarningEvent['code'], message: string, told?: string): void {
    if (told === undefined) this.emit({ type: 'warning', code, message });
    else this.owner.warn(this, code as 'idle', message, told);
  }

  get usage(): TaskSnapshot['usage'] { return this.outcome === undefined ? this.spent?.usage : this.used; }

  /** What it waits for now. */
  get waitingFor(): WaitingFor | undefined { return this.waits?.latest; }

  override wait(why: WaitingFor): () => void {
    return this.isEnded ? () => undefined : (this.waits ??= new Waits(this, this.form.redact)).begin(why);
  }

  stand(isStill: boolean): void {
    if (isStill) {
      this.watch?.wait();
      return;
    }
    // Whoever watches what is below has seen it at work until now.
    const { task: parent } = this.above;
    if (parent instanceof TaskRecord) parent.activeBelow = this.owner.clock.now();
    this.watch?.resume();
  }

  ask(question: Asked, asker: Asker): () => void { return (this.questions ??= new Questions(this)).ask(question, asker); }

  asking(): void { this.owner.asking(this); }

  newQuestionId(): string { return this.owner.newQuestionId(); }

  redact<T>(value: T): T { return this.form.redact === undefined ? value : this.form.redact(value); }

  get scheduler(): SchedulerLike { return this.form.scheduler; }

  get wall(): number { return this.owner.clock.wall(this.owner.clock.now()); }

  get failure(): SidestreamError | undefined { return this.owner.journal?.failure; }

  lastActivityBelow(): number {
    // Whoever waits for a slot, or for a tool, or says that it waits, or for a child that has limits of its own, does not hang.
    if (this.startDelay === undefined || this.speech?.isCalling === true || this.waitingFor !== undefined) return this.owner.clock.now();
    let last = Math.max(this.lastActivityAt, this.activeBelow ?? 0);
    for (const child of this.children ?? []) last = Math.max(last, child.isLimited ? this.owner.clock.now() : child.lastActivityBelow());
    return last;
  }

  /** Cancels the task when the signal aborts. */
  obey(signal: AbortSignal): void {
    this.disobey = onAbort(signal, () => { this.cancel(signal.reason); });
  }

  /**
   * Ends the task, once, and all below it: the first ending that is said wins.
   *
   * @param stops - whether the child is stopped, and did not end by itself: then its signal aborts
   */
  end(ending: Ending, cause?: unknown, stops = false): boolean {
    const family: TaskRecord[] = [];
    if (!this.decide({ ending, cause, stops }, family)) {
      this.#closeFamily();
      return false;
    }
    this.owner.dispatcher.exclusive(() => { this.owner.endings.carryOut(family); });
    return true;
  }

  /** Whoever asks for an end that is being carried out finds it closed, and all below it. */
  #closeFamily(): void {
    this.close();
    for (const child of this.children ?? []) if (child.endsWith === this) child.#closeFamily();
  }

  /** Decides the end of the task and of what lives below it, and runs nobody else's code. @param family - gathers what ends */
  decide(decision: Decision, family: TaskRecord[], ids: TaskId[] = []): boolean {
    const { ending } = decision;
    // Those below end with it, and are forgotten before its end is said. A session's `redact` may end it meanwhile.
    const box = this.isEnded || !isCut(ending) ? undefined : this.#had;
    if (this.isEnded) return false;
    this.decision = box === undefined ? decision : { ...decision, ending: { ...ending as Failed, partial: box.value } };
    // Until it is closed it has not stopped, even where the outcome is said before that.
    this.child?.hold();
    const first = ids.push(this.id) - 1;
    for (const child of this.children ?? []) {
      if (child.endsWith !== this) continue;
      // Its end is told by this task's own.
      if (child.decide(PARENT_ENDED, family, ids)) child.isHeard = true;
    }
    family.push(this);
    if (ids.length - first > 1) this.endedIds = ids.slice(first);
    return true;
  }

  close(): void {
    // That is done once: by then it has let go of its agent, which may close over much.
    if (this.agent === undefined) return;
    this.agent = undefined;
    const { ending, cause, stops } = this.decision!;
    this.watch?.unsubscribe();
    this.disobey?.();
    this.questions?.end();
    if (this.followed !== undefined) this.followed = undefined;
    if (this.outcome === undefined) this.speech?.transcript?.flush();
    // What an agent is stopped for that puts out what is no output, it has said itself.
    const isOwn = ending?.type === 'failed' && ending.error.code === 'agent_error';
    if (stops && ending !== undefined && !isOwn && this.child !== undefined) this.#beIncomplete();
    if (stops) this.child?.stop(() => withoutStack(() => errorOf(ending ?? SUSPENDED, cause)));
    else this.child?.unsubscribe();
    this.child?.release();
  }

  say(): void {
    const { ending, cause } = this.decision!;
    if (ending === undefined) {
      this.isSuspended = true;
      this.owner.suspended(this);
      this.#letGo();
      this.owner.dispatcher.then(() => { this.ownLog?.letGo(); });
      this.#tellWaiting();
      return;
    }
    const said = this.#whole(ending);
    const tellMissed = this.mailbox?.close(ending.type);
    this.endDelay = this.#age;
    const log = this.#told;
    const outcome: Outcome = Object.freeze(log?.outcomeOf(said) ?? { ...this.#stamp(this.#opened), ...said });
    if (cause !== undefined) causes.set(outcome, cause);
    this.outcome = outcome;
    const { result, partial } = outcome as { readonly result?: unknown; readonly partial?: unknown };
    if (this.spent !== undefined) this.used = this.spent.usage;
    this.weight = weightOf(result ?? partial) + 2 * (this.window?.chars ?? 0) + (this.saved === undefined ? 0 : weightOf(this.saved));
    this.owner.ended(this);
    // Behind that it is written down: it is told when that is kept.
    log?.end(outcome);
    if (this.waiting !== undefined) this.owner.dispatcher.then(() => { this.#tellWaiting(); });
    this.#letGo();
    tellMissed?.();
  }

  /** Lets those go who wait for the end of the task; those who wait for its stop, when it has stopped. */
  #letGo(): void {
    if (this.overheard) this.owner.dispatcher.then(() => { this.outputs!.complete(); });
    if (this.child?.isStopped === false) this.owner.stopping.add(this);
    else this.count(-1);
    this.changed();
  }

  /** Whoever asks for its key gets another task, unless another has it by now. */
  freeKey(): void {
    const { options: { key }, above: { keys } } = this;
    if (key !== undefined && keys?.get(key) === this) keys.delete(key);
  }

  forget(): void {
    if (this.outcome !== undefined) this.decision = undefined;
    // What was printed last may be a slice of something that is large.
    if (this.speech !== undefined) this.speech.transcript = undefined;
  }

  // What others are told.

  emit(what: Unstamped<Exclude<TaskEvent, LineEvent>>): void {
    const { log } = this;
    if (what.type === 'attempt') log.attempt += 1;
    this.owner.journal?.said(this, what);
    log.append(what);
  }

  save(checkpoint: unknown): void {
    if (this.isEnded) return;
    this.owner.journal?.saved(this, checkpoint);
    this.saved = checkpoint;
  }

  at(delay = this.endDelay ?? this.#age): number { return this.owner.clock.wall(this.createdAt + delay); }

  get began(): number { return this.owner.clock.began; }

  get wallDelay(): number { return this.owner.clock.wall(this.lastActivityAt) - this.owner.clock.began; }

  override relay(event: TaskEvent, order: number): void {
    super.relay(event, order);
    if (event === this.outcome) this.scope?.complete();
  }

  override changed(): void {
    // Whoever waits for the stop is told after everybody was told the outcome.
    if (this.isWatched) this.owner.dispatcher.then(() => { super.changed(); });
  }

  heard(): void { this.owner.heard(this); }

  /** Says to the scopes above, and not to the task's own observers, that it was forgotten before anybody had heard of its end. */
  lament(): void {
    if (!this.listened) return;
    const message = `Task ${this.id} was forgotten before anybody had heard that it ended. Raise retain.unheard to keep more.`;
    const { attempt, seq } = this.outcome!;
    const event: TaskEvent = { ...this.#stamp(seq + 1, this.#age), attempt, type: 'warning', code: 'unheard_evicted', message };
    this.owner.dispatcher.then((order) => { this.relay(event, order); });
  }

  /** The log where somebody listens; that of a task that nobody listens to can be made later. */
  get #told(): TaskLog | undefined { return this.listened ? this.log : this.ownLog; }

  /** Says what `change` makes of the task, to those who listen. */
  #open(change: () => void): void {
    const log = this.#told;
    change();
    log?.open();
  }

  /** The ending with what there is of a result, where a limit has ended it. */
  #whole(ending: Ending): Ending {
    if (!isCut(ending)) {
      this.speech?.transcript?.flush();
      return ending;
    }
    const box = this.speech?.transcript?.end();
    if (box === undefined && !('partial' in ending)) return ending;
    const partial = box === undefined ? ending.partial : box.value;
    return { ...ending, partial: typeof partial === 'string' ? flatCopy(partial) : partial };
  }

  /** What it has of a result: its own, or where it has only spoken of those below it, what one of them has that ends with it. */
  get #had(): { readonly value: unknown } | undefined {
    const { transcript } = this.speech ?? {};
    let box = transcript?.had;
    if (transcript?.speaksOfOthers) for (const child of this.children ?? []) if (child.endsWith === this) box ??= child.#had;
    return box;
  }

  /** Says of itself and of all above that more may have been used than is known. */
  #beIncomplete(): void {
    for (const node of this.path) (node.spent ??= new Spent()).isIncomplete = true;
  }

  /** How many openings there were. */
  get #opened(): number { return (this.wasQueued ? 1 : 0) + (this.startDelay === undefined ? 0 : 1); }

  #stamp(seq: number, delay?: number): EventBase {
    const { id: taskId, meta } = this;
    const base = { taskId, seq, at: this.at(delay), attempt: 1 };
    return meta === undefined ? base : { ...base, meta };
  }

  /** Milliseconds since it was made. */
  get #age(): number { return this.owner.clock.now() - this.createdAt; }
}
