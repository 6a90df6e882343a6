import { Observable, type Subscription } from 'rxjs';
import type { Agent, DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import type { SidestreamError } from '../../errors.js';
import type { Ending, EventBase, LineEvent, Outcome, TaskEvent, TaskId } from '../../events.js';
import type { AgentOutput, UsageOutput } from '../../output.js';
import type { Task, TaskStatus } from '../../task.js';
import { addUsage } from '../output/addUsage.js';
import { causes } from '../failure/causes.js';
import { Child, type ChildSink } from '../output/child.js';
import { cutText } from '../../cutText.js';
import { describeThrown } from '../failure/describeThrown.js';
import { errorOf } from '../failure/errorOf.js';
import { failureOf } from '../failure/failureOf.js';
import { flatCopy } from '../log/flatCopy.js';
import { Mailbox } from '../steering/mailbox.js';
import { noResult } from '../failure/noResult.js';
import { onAbort } from '../output/onAbort.js';
import { readOutput } from '../output/readOutput.js';
import { ScopeNode } from './scopeNode.js';
import { TaskLog, type Relay } from '../log/taskLog.js';
import type { TaskOwner } from './taskOwner.js';
import { Transcript } from '../output/transcript.js';
import { watchLimits, type Watched } from './watchLimits.js';
import { withoutStack } from '../failure/withoutStack.js';

type Unstamped<E> = E extends unknown ? Omit<E, keyof EventBase> : never;

/**
 * One run of an agent from its delegation to its end. Everything that few tasks need is made when it is first needed: an idle task has no
 * window, mailbox, timer or controller.
 */
export class TaskRecord extends ScopeNode implements ChildSink, Watched, Relay<TaskEvent> {
  /** What callers hold of the task. */
  declare handle?: Task;
  readonly createdAt: number;
  phase: 'queued' | 'running' | 'ended' = 'queued';
  declare outcome?: Outcome;
  declare isHeard?: boolean;
  /** The session's count of endings when this task ended. */
  declare endOrder?: number;
  /** Tasks ever started below a root task. */
  declare descendants?: number;
  declare usage?: Omit<UsageOutput, 'type'>;
  private declare steps?: { readonly step: number };
  /** What it started and has not ended. */
  declare children?: Set<TaskRecord>;
  /** When the last of its children that have ended did so. */
  declare activeBelow?: number | undefined;
  /** Tasks that ended with this one, itself first, where there are several. */
  declare endedIds?: readonly TaskId[];
  declare child?: Child;
  declare mailbox?: Mailbox;
  /** Milliseconds from the making of the task to the agent's call, and to its last output: small numbers take no memory of their own. */
  private declare startDelay?: number;
  private activeDelay = 0;
  private seq = 0;
  private declare wasQueued?: boolean;
  private declare transcript?: Transcript<unknown> | undefined;
  private declare ownLog?: TaskLog;
  private declare watch?: Subscription | undefined;
  private declare disobey?: () => void;

  constructor(
    readonly owner: TaskOwner<TaskRecord>,
    readonly id: TaskId,
    readonly name: string,
    readonly brief: Brief,
    override readonly above: ScopeNode,
    private agent: Agent<unknown> | undefined,
    private readonly options: DelegateOptions,
  ) {
    super(above);
    this.createdAt = owner.now();
    this.count(1);
  }

  get parentId(): TaskId | undefined { return (this.above as Partial<TaskRecord>).id; }
  get status(): TaskStatus { return this.outcome?.type ?? (this.startDelay === undefined ? 'queued' : 'running'); }
  get deadline(): number | undefined { return this.options.deadline ?? this.owner.limits.deadline; }
  get idleTimeout(): number | undefined { return this.options.idleTimeout ?? this.owner.limits.idleTimeout; }
  get startedAt(): number | undefined { return this.startDelay === undefined ? undefined : this.createdAt + this.startDelay; }
  get lastActivityAt(): number { return this.createdAt + this.activeDelay; }
  get endedAt(): number | undefined { return this.outcome?.at; }
  get isStopped(): boolean { return this.outcome !== undefined && this.child?.isStopped !== false; }
  override get stopsWith(): ScopeNode { return this.options.detached === true ? this.owner.root : this.above; }
  /** Who is to hear of its end: its parent, or where it outlived that, the next place above that lives. */
  get hearer(): ScopeNode {
    let node = this.above;
    if (this.options.detached === true) while (node instanceof TaskRecord && node.phase === 'ended') node = node.above;
    return node;
  }
  get listened(): boolean { return this.owner.listeners > 0; }
  get window(): TaskLog['window'] | undefined { return this.ownLog?.window; }

  get log(): TaskLog {
    if (this.ownLog === undefined) {
      this.ownLog = new TaskLog(this.owner.dispatcher, this, this.owner.limits.windowLines);
      const { window } = this.ownLog;
      if (this.wasQueued) window.pushOther(this.#opening('queued', 0, this.createdAt));
      if (this.startedAt !== undefined) window.pushOther(this.#opening('started', this.wasQueued ? 1 : 0, this.startedAt));
      if (this.outcome !== undefined) this.ownLog.restore(this.outcome);
    }
    return this.ownLog;
  }

  /** Lets the task wait for a slot. */
  queue(): void {
    this.#open('queued', this.createdAt, () => { this.wasQueued = true; });
  }

  /** Calls the agent. */
  start(now: number): void {
    this.#open('started', now, () => {
      this.phase = 'running';
      this.startDelay = this.activeDelay = now - this.createdAt;
    });
    if (this.phase !== 'running') return;
    this.watch = watchLimits(this, this.owner.limits.scheduler);
    this.child = new Child(this);
    this.child.connect(() => this.agent?.(
      this.brief,
      new Observable<string>((subscriber) => { this.openMailbox().listen(subscriber); }),
      this.owner.contextOf(this),
    ));
  }

  openMailbox(): Mailbox {
    if (this.mailbox !== undefined) return this.mailbox;
    this.mailbox = new Mailbox(
      (letter) => {
        const { id, state, text, reason } = letter;
        if (state === 'delivered') letter.step = this.steps;
        this.emit({ type: 'steered', steeringId: id, state, text, ...(reason === undefined ? {} : { reason }), ...letter.step });
      },
      (work) => { this.owner.dispatcher.exclusive(work); },
    );
    if (this.phase === 'ended') this.mailbox.close('ended');
    return this.mailbox;
  }

  // What the child says.

  next(value: unknown): void {
    const transcript = this.transcript ??= new Transcript(this.owner.limits.maxLineBytes, (line, flat) => { this.#print(line, flat); });
    if (typeof value === 'string' && !value.includes('\n')) {
      transcript.line(value);
      return;
    }
    let output: AgentOutput<unknown>;
    try {
      output = readOutput(value);
    } catch (thrown) {
      this.end({ type: 'failed', error: failureOf(thrown) }, thrown, true);
      return;
    }
    this.#active();
    // Several lines may come of it: none is told of before all are taken.
    this.owner.dispatcher.exclusive(() => { transcript.take(output); });
    if (output.type === 'step') this.steps = { step: (this.steps?.step ?? 0) + 1 };
    if (output.type === 'usage') this.usage = addUsage(this.usage, output);
    if (output.type === 'step' || output.type === 'tool' || output.type === 'usage') this.emit(output);
  }

  error(thrown: unknown): void { this.end({ type: 'failed', error: failureOf(thrown) }, thrown); }

  complete(): void {
    const box = this.transcript?.end();
    if (box === undefined) this.error(noResult());
    else this.end({ type: 'completed', result: typeof box.value === 'string' ? flatCopy(box.value) : box.value });
  }

  teardownFailed(thrown: unknown): void {
    if (this.outcome !== undefined) return;
    this.emit({ type: 'warning', code: 'teardown_failed', message: `The child's teardown threw: ${describeThrown(thrown).message}` });
  }

  released(): void {
    if (this.owner.stopping.delete(this)) this.count(-1);
  }

  // What is done to the task.

  /** Ends the task as cancelled, and all below it. */
  cancel(reason?: unknown, ids?: TaskId[]): boolean {
    const words = reason === undefined ? 'cancelled' : describeThrown(reason).message;
    return this.end({ type: 'cancelled', reason: words }, reason, true, ids);
  }

  /** Fails the task because of one of its limits. */
  fail(error: SidestreamError): void { this.end({ type: 'failed', error: failureOf(error) }, undefined, true); }

  warnIdle(message: string): void { this.emit({ type: 'warning', code: 'idle', message }); }

  lastActivityBelow(): number {
    // A child that waits for a slot is no sign of a hang.
    if (this.phase === 'queued') return this.owner.now();
    let last = Math.max(this.lastActivityAt, this.activeBelow ?? 0);
    for (const child of this.children ?? []) last = Math.max(last, child.lastActivityBelow());
    return last;
  }

  /** Cancels the task when the signal aborts. */
  obey(signal: AbortSignal): void {
    this.disobey = onAbort(signal, () => { this.cancel(signal.reason); });
  }

  /**
   * Ends the task, once: closes the child, ends what is below it, settles the mailbox, says the outcome.
   *
   * @param stopped - whether the child was stopped, and did not end by itself: then its signal aborts
   * @param ids - gathers what ended
   */
  end(ending: Ending, cause?: unknown, stopped = false, ids: TaskId[] = []): boolean {
    if (this.phase === 'ended') return false;
    const started = this.phase === 'running';
    this.phase = 'ended';
    const first = ids.push(this.id) - 1;
    this.owner.dispatcher.exclusive(() => {
      this.watch?.unsubscribe();
      this.disobey?.();
      this.transcript?.flush();
      if (stopped) this.child?.stop(() => withoutStack(() => errorOf(ending, cause)));
      for (const child of this.children === undefined ? [] : [...this.children]) {
        if (child.stopsWith === this) child.cancel('parent_ended', ids);
      }
      this.mailbox?.close(ending.type);
      if (ids.length - first > 1) this.endedIds = ids.slice(first);
      const outcome: Outcome = Object.assign(this.#stamp(), ending);
      if (cause !== undefined) causes.set(outcome, cause);
      const log = this.listened ? this.log : this.ownLog;
      this.outcome = outcome;
      // What an ended task needs no more may hold much: what was printed last is a slice of something, an agent closes over something.
      this.transcript = this.agent = undefined;
      log?.end(outcome);
      this.owner.ended(this, started);
      if (this.isStopped) this.count(-1);
      this.changed();
    });
    return true;
  }

  // What others are told.

  emit(what: Unstamped<Exclude<TaskEvent, LineEvent>>): void {
    this.log.append({ ...this.#stamp(), ...what });
  }

  override relay(event: TaskEvent, order: number): void {
    super.relay(event, order);
    if (event === this.outcome) this.scope?.complete();
  }

  override changed(): void {
    // Whoever waits for the stop is told after everybody was told the outcome.
    if (this.isWatched) this.owner.dispatcher.publish({ deliver: () => { super.changed(); } }, undefined as never);
  }

  heard(): void { this.owner.heard(this); }

  /** Says to the scopes above, and not to the task's own observers, that it was forgotten before anybody had heard of its end. */
  lament(): void {
    if (!this.listened) return;
    const message = `Task ${this.id} was forgotten before anybody had heard that it ended. Raise retain.unheard to keep more.`;
    const event: TaskEvent = { ...this.#stamp(), type: 'warning', code: 'unheard_evicted', message };
    this.owner.dispatcher.publish({ deliver: (_, order) => { this.relay(event, order); } }, event);
  }

  /** Says what `change` makes of the task, to those who listen; the log of a task that nobody listens to can be made later. */
  #open(type: 'queued' | 'started', at: number, change: () => void): void {
    const log = this.listened ? this.log : this.ownLog;
    const seq = this.seq++;
    change();
    log?.append(this.#opening(type, seq, at));
  }

  #opening(type: 'queued' | 'started', seq: number, at: number): Exclude<TaskEvent, LineEvent> {
    const { parentId } = this;
    const { name: agent, brief: { goal }, depth } = this;
    return { ...this.#stamp(at, seq), type, agent, goal, depth, ...(parentId === undefined ? {} : { parentId }) };
  }

  #stamp(at = this.owner.now(), seq = this.seq++): EventBase {
    return { taskId: this.id, seq, at, attempt: 1 };
  }

  #active(): number {
    const now = this.owner.now();
    this.activeDelay = now - this.createdAt;
    return now;
  }

  #print(printed: string, flat: boolean): void {
    const { lineLength } = this.owner.limits;
    const at = this.#active();
    const event: LineEvent = { taskId: this.id, seq: this.seq++, at, attempt: 1, type: 'line', text: printed };
    if (printed.length > lineLength) this.log.appendLine({ ...event, ...cutText(printed, lineLength) }, true);
    else this.log.appendLine(event, flat);
  }
}
