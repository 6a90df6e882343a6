import { Subscription, VirtualTimeScheduler } from 'rxjs';
import {
  collect, createSession, SidestreamError, type Agent, type AgentContext, type CloseReport, type DelegateOptions, type Delegator,
  type Session, type Task,
} from '../../../src/index.js';
import { agentOf } from './agentOf.js';
import { demand, LawBroken } from './demand.js';
import type { Awaited, Cancel, Collected, Refusal, Run, Running, Sent, Tracked, Watcher } from './facts.js';
import type { Act, Command, History, Script, Who } from './script.js';
import type { Stage } from './stage.js';
import { watch } from './watch.js';

/** No history grows beyond this, however its observers feed one another. */
const MOST_TASKS = 24;
const MOST_WATCHERS = 24;

interface Plan { readonly script: Script; readonly parent: Tracked | undefined; readonly how: DelegateOptions }

/** A session at the mercy of a history, and every fact about it that a law asks for. */
export class World implements Stage {
  readonly session: Session;
  readonly tracked: Tracked[] = [];
  readonly watchers: Watcher[] = [];
  readonly cancels: Cancel[] = [];
  readonly sent: Sent[] = [];
  readonly refusals: Refusal[] = [];
  readonly collected: Collected[] = [];
  readonly awaited: Awaited[] = [];
  readonly signals: AbortController[] = [];
  readonly listenings: Subscription[] = [];
  readonly stubborn = new Subscription();
  /** What the agents did and were given, in order; what observers did is not in it. */
  readonly journal: string[] = [];
  /** How many tasks of each generation ran when an agent was called. */
  readonly crowds: { readonly depth: number; readonly running: number; readonly capacity: number }[] = [];
  report: CloseReport | undefined;
  isClosed = false;
  closing: Promise<void> | undefined;
  /** What had not really stopped when the report of `close()` came. */
  leftRunning: Running & { readonly actions: number } | undefined;
  endedByClose: readonly string[] = [];
  /** Counts everything that is recorded. */
  moment = 0;
  printed = 0;
  over = false;
  #nested = 0;
  #asleep = 0;
  #started = 0;
  #texts = 0;
  readonly #byId = new Map<string, Tracked>();
  readonly #plans = new Map<string, Plan>();

  /**
   * @param session - one with a store, where it is to be that; it has the history's limits, the scheduler, and names for ids
   * @param wrap - makes another agent of each
   */
  constructor(
    readonly history: History, readonly scheduler = new VirtualTimeScheduler(), session?: Session,
    private readonly wrap = (agent: Agent<unknown>): Agent<unknown> => agent,
  ) {
    // The name is the id, so that a task is known by it before `delegate` has returned.
    this.session = session ?? createSession({ ...history.limits, scheduler, generateId: (name) => name });
    if (history.watched) watch(this, { do: 'observe', what: 'session', who: 0, nth: 0, acts: [] }, undefined);
  }

  get nested(): boolean { return this.#nested > 0; }
  get now(): number { return this.scheduler.frame; }
  /** Scheduled actions that are not of the agents' own making. */
  get actions(): number { return this.scheduler.actions.length - this.#asleep; }

  // What commands do.

  async command(command: Command): Promise<void> {
    if (command.do === 'advance') await this.advance(command.ms);
    else if (command.do === 'yield') await this.settle();
    else this.perform(command, undefined);
    this.#noteEnds();
  }

  perform(act: Act, by: Tracked | undefined): void {
    if (this.over) return;
    switch (act.do) {
      case 'delegate': this.#delegate(act, by); return;
      case 'cancel': this.#cancel(this.#find(act.who, by)); return;
      case 'steer': this.#steer(act, this.#find(act.who, by)); return;
      case 'observe': if (this.watchers.length < MOST_WATCHERS) watch(this, act, this.#find(act.who, by)); return;
      case 'leave': {
        const watcher = this.watchers[act.observer % Math.max(1, this.watchers.length)];
        if (watcher === undefined) return;
        watcher.left = true;
        watcher.subscription?.unsubscribe();
        return;
      }
      case 'collect': this.#collect(act, this.#find(act.who, by)); return;
      case 'awaitStop': this.#awaitStop(this.#find(act.who, by)); return;
      case 'abort': {
        const signal = this.signals[act.signal % Math.max(1, this.signals.length)];
        for (const one of this.tracked) if (one.signal === signal?.signal) one.cancelCauses += 1;
        signal?.abort('aborted by the caller');
        return;
      }
      case 'look': {
        const one = this.#find(act.who, by);
        this.session.list();
        if (one === undefined) return;
        this.session.get(one.id);
        this.session.isEvicted(one.id);
        one.task.snapshot(1);
        one.run?.context.list();
        return;
      }
      case 'close': this.close();
    }
  }

  close(): void {
    if (this.isClosed) return;
    const living = this.tracked.filter((one) => !this.hasEnded(one.id));
    for (const one of living) one.cancelCauses += 1;
    this.isClosed = true;
    this.closing = this.session.close('over').then((report) => {
      this.report = report;
      this.leftRunning = { ...this.running(), actions: this.actions };
    });
    this.endedByClose = living.filter((one) => {
      const { outcome } = one.task.snapshot(0);
      return outcome?.type === 'cancelled' && outcome.reason === 'over';
    }).map((one) => one.id);
  }

  // Time.

  /** Lets promises settle, and unhandled rejections surface. */
  async settle(): Promise<void> {
    await new Promise<void>((resolve) => { setImmediate(resolve); });
  }

  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    await this.settle();
    for (;;) {
      const next = this.scheduler.actions[0];
      if (next === undefined || next.delay > until) break;
      this.scheduler.maxFrames = next.delay;
      this.scheduler.flush();
      await this.settle();
    }
    this.scheduler.frame = until;
  }

  /** Does something of an agent's own later; such actions are not the session's. */
  later(ms: number, work: () => void): Subscription {
    this.#asleep += 1;
    const action = this.scheduler.schedule(() => {
      action.unsubscribe();
      work();
    }, ms);
    action.add(() => { this.#asleep -= 1; });
    return action;
  }

  /** A promise of the session's time; without `ms` it never comes true. An abort rejects it and leaves nothing behind. */
  sleep(ms: number | undefined, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = (): void => {
        settle();
        reject(new Error('aborted'));
      };
      const settle = (): void => {
        waiting.unsubscribe();
        signal?.removeEventListener('abort', abort);
      };
      const waiting = new Subscription();
      signal?.addEventListener('abort', abort);
      if (ms === undefined) return;
      waiting.add(this.later(ms, () => {
        settle();
        resolve();
      }));
    });
  }

  /** Closes the session, waits as long as it may take, and then lets even the stubborn run out. */
  async end(): Promise<void> {
    this.close();
    await this.settle();
    for (const waits of [this.history.limits.cancelGrace, 1_000]) {
      if (this.report === undefined) await this.advance(waits);
      await this.settle();
    }
    this.#noteEnds();
    this.over = true;
    this.stubborn.unsubscribe();
    await this.advance(1_000);
    await this.settle();
  }

  // What others tell.

  /**
   * Runs what is called from inside the library.
   *
   * @param ending - the task whose end this is a part of
   */
  inside(work: () => void, ending?: Tracked): void {
    const before = ending?.ending ?? false;
    this.#nested += 1;
    if (ending !== undefined) ending.ending = true;
    try {
      work();
    } finally {
      this.#nested -= 1;
      if (ending !== undefined) ending.ending = before;
    }
  }

  /** An agent says that it was called. */
  enter(script: Script, context: AgentContext): Run {
    const run: Run = {
      script, context, active: true, connecting: false, said: undefined, late: 0, received: [], holds: 0, heldLate: false,
      teardowns: 0, overAt: -1,
    };
    const one = this.byId(context.taskId);
    demand(one !== undefined, () => `An agent was called for ${context.taskId}, which was never delegated or is not kept.`);
    demand(one.run === undefined, () => `The agent of ${one.id} was called twice.`);
    one.run = run;
    this.note(one.id, 'called');
    this.crowds.push({
      depth: one.depth, running: this.runningAt(one.depth),
      capacity: (one.parent?.run?.context ?? this.session).capacity.running,
    });
    return run;
  }

  note(id: string, what: string): void { this.journal.push(`${this.now} ${id} ${what}`); }

  runningAt(depth: number): number {
    return this.tracked.filter((one) => one.depth === depth && one.run !== undefined && !this.hasEnded(one.id)).length;
  }

  hasEnded(id: string): boolean { return this.byId(id)?.task.snapshot(0).outcome !== undefined; }

  /** What is known of a task, also before the `delegate` that starts it has returned. */
  byId(id: string): Tracked | undefined {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const plan = this.#plans.get(id);
    const task = plan && this.session.get(id);
    return task && this.#track(task, plan);
  }

  /** A task's subtree without the detached, itself first; and the nearest detached ones apart. */
  subtree(root: Tracked, apart: Tracked[] = []): Tracked[] {
    const found = [root];
    for (const one of this.tracked) {
      if (one.parent === root) {
        if (one.detached) apart.push(one);
        else found.push(...this.subtree(one, apart));
      }
    }
    return found;
  }

  /** Something of an agent is over. */
  isOver(run: Run): void {
    run.active = false;
    run.teardowns += 1;
    run.overAt = this.now;
  }

  running(among: readonly Tracked[] = this.tracked): Running {
    const ended = among.filter((one) => one.run !== undefined && this.hasEnded(one.id));
    const ids = ended.filter(({ run }) => run!.active || run!.connecting || run!.holds > 0);
    const maybe = ended.filter((one) => ids.includes(one) || one.run!.overAt === this.now || one.run!.heldLate);
    return { ids: ids.map(({ id }) => id), maybe: maybe.map(({ id }) => id) };
  }

  /** Whether its end, or that of anything above or below it, may be under way. */
  isEnding(one: Tracked): boolean {
    return this.tracked.some((other) => other.ending && (other === one || this.isBelow(other, one) || this.isBelow(one, other)));
  }

  #track(task: Task, { script, parent, how }: Plan): Tracked {
    const one: Tracked = {
      id: task.id, task, script, parent, depth: (parent?.depth ?? 0) + 1, detached: how.detached === true, signal: how.signal,
      limited: how.deadline !== undefined || how.idleTimeout !== undefined, run: undefined, ended: undefined, cancels: 0, cancelCauses: 0,
      heard: false, ending: false,
    };
    this.#byId.set(task.id, one);
    this.tracked.push(one);
    return one;
  }

  #noteEnds(): void {
    for (const one of this.tracked) if (one.ended === undefined && this.hasEnded(one.id)) one.ended = one.task.snapshot();
  }

  #find(who: Who, by: Tracked | undefined): Tracked | undefined {
    if (who === 'self') return by;
    if (who === 'parent') return by?.parent ?? by;
    return this.tracked.length === 0 ? undefined : this.tracked[who % this.tracked.length];
  }

  #delegate(act: Extract<Act, { do: 'delegate' }>, by: Tracked | undefined): void {
    if (this.#started >= MOST_TASKS) return;
    const parent = act.under === undefined || by !== undefined ? by : this.#find(act.under, undefined);
    const scope: Delegator = parent?.run?.context ?? this.session;
    const above = scope === this.session ? undefined : parent;
    const name = `t${this.#started++}`;
    const how: { -readonly [K in keyof DelegateOptions]: DelegateOptions[K] } = { name };
    if (act.detached) how.detached = true;
    if (act.deadline !== undefined) how.deadline = act.deadline;
    if (act.idleTimeout !== undefined) how.idleTimeout = act.idleTimeout;
    if (act.signal) {
      const controller = new AbortController();
      this.signals.push(controller);
      how.signal = controller.signal;
    }
    const plan = { script: act.script, parent: above, how };
    this.#plans.set(name, plan);
    let root = above;
    while (root?.parent !== undefined) root = root.parent;
    const before = {
      depth: (above?.depth ?? 0) + 1, capacity: scope.capacity,
      parentRuns: above === undefined || (above.task.snapshot(0).status === 'running' && !this.isEnding(above)),
      descendants: this.tracked.filter((one) => root !== undefined && this.isBelow(one, root)).length, closed: this.isClosed,
    };
    try {
      const task = scope.delegate(this.wrap(agentOf(this, act.script)), { goal: `do ${name}` }, how);
      if (!this.#byId.has(name)) this.#track(task, plan);
    } catch (thrown) {
      if (thrown instanceof LawBroken) throw thrown;
      demand(thrown instanceof SidestreamError, () => `delegate() threw what is no refusal: ${String(thrown)}`);
      this.refusals.push({ code: thrown.code, ...before });
      this.#plans.delete(name);
    }
  }

  isBelow(one: Tracked, above: Tracked): boolean {
    for (let parent = one.parent; parent !== undefined; parent = parent.parent) if (parent === above) return true;
    return false;
  }

  #cancel(of: Tracked | undefined): void {
    if (of === undefined) return;
    const apart: Tracked[] = [];
    const subtree = this.subtree(of, apart);
    const before = apart.map((one) => ({ of: one, status: one.task.snapshot(0).status, causes: one.cancelCauses }));
    const wasEnded = this.hasEnded(of.id);
    for (const one of subtree) one.cancelCauses += 1;
    const { nested } = this;
    const answer = of.task.cancel(`by the ${this.cancels.length}th cancel`);
    if (answer) of.cancels += 1;
    this.cancels.push({
      of, answer, wasEnded, nested, at: this.now, moment: ++this.moment,
      subtree: subtree.filter((one) => !this.isEnding(one)).map((one) => ({
        of: one, status: one.task.snapshot(0).status,
        running: one.run !== undefined && one.run.active && !one.run.connecting && one.script.shape === 'observable',
        deaf: one.run !== undefined && !one.run.context.signal.aborted,
      })),
      // A teardown may have ended a detached task on its own account.
      apart: before.filter(({ of: one, causes }) => !nested && one.cancelCauses === causes).map(({ of: one, status }) => ({
        of: one, before: status, after: one.task.snapshot(0).status,
      })),
    });
  }

  #steer({ id, way, words, settled }: Extract<Act, { do: 'steer' }>, of: Tracked | undefined): void {
    if (of === undefined) return;
    const text = words === 'blank' ? ' ' : `m${++this.#texts}`;
    if (way === 'next') {
      of.task.steering.next(text);
      return;
    }
    const isSame = (one: Sent): boolean => one.of === of && one.id === id && one.first === undefined && isTaken(one);
    const first = id === undefined ? undefined : this.sent.find(isSame);
    const firstState = first?.receipt && of.task.steer(text, { id: first.receipt.id }).state;
    const sent: Sent = { of, text, id, receipt: undefined, first, firstState, finals: [], settled: false };
    // Noted beforehand: an agent that listens may send again from inside this very call.
    this.sent.push(sent);
    sent.receipt = of.task.steer(text, id === undefined ? undefined : { id });
    sent.receipt.settled.subscribe({
      next: (final) => {
        sent.finals.push(final);
        this.inside(() => { for (const act of settled ?? []) this.perform(act, of); }, final.state === 'missed' ? of : undefined);
      },
      complete: () => { sent.settled = true; },
      error: () => { demand(false, () => 'A receipt errored.'); },
    });
  }

  #collect({ timeout, signal }: Extract<Act, { do: 'collect' }>, of: Tracked | undefined): void {
    if (of === undefined) return;
    const controller = signal && new AbortController();
    if (controller !== undefined) this.signals.push(controller);
    const collected: Collected = { of, answer: undefined, signal: controller?.signal, timeout };
    this.collected.push(collected);
    void collect(of.task, { timeout, signal: controller?.signal })
      .then((value) => { collected.answer = { value }; }, (thrown: unknown) => { collected.answer = { thrown }; });
  }

  #awaitStop(of: Tracked | undefined): void {
    if (of === undefined || this.awaited.length > 20) return;
    const awaited: { -readonly [K in keyof Awaited]: Awaited[K] } = { of, reports: [], completed: false };
    this.awaited.push(awaited);
    of.task.stopped.subscribe({
      next: (report) => {
        (awaited.reports).push({ report, running: this.running(this.subtree(of)) });
      },
      complete: () => { awaited.completed = true; },
    });
  }
}

/** Whether a message was taken and not refused. */
export const isTaken = ({ receipt }: Sent): boolean =>
  receipt?.state !== 'missed' || !['invalid_argument', 'not_running', 'mailbox_full', 'not_steerable'].includes(receipt.reason ?? '');
