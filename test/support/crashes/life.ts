import { Observable, VirtualTimeScheduler, type Subscriber, type Subscription } from 'rxjs';
import {
  collect, isOutcome, result, type AgentContext, type AgentFunction, type AgentOutput, type Brief, type Scope, type Session, type Task,
  type TaskId,
} from '../../../src/index.js';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import { createInbox, type Batch, type Inbox } from '../../../src/inbox/index.js';
import { createToolset, type Completion, type ToolAnswer, type Toolset } from '../../../src/tools/index.js';
import { portraitOf, type Judge, type Kind } from './judge.js';
import type { Medium } from './medium.js';
import type { Random } from './random.js';

/** An agent at work. */
interface Run {
  readonly id: TaskId;
  readonly out: Subscriber<AgentOutput | string>;
  readonly context: AgentContext;
  readonly steering: Observable<string>;
  checkpoint: number;
  listening?: Subscription;
}

/** Where a parent is at work: in the session itself, '', or in a scope of it. */
interface Place {
  readonly name: string;
  readonly scope: Session | Scope;
  readonly tools: Toolset;
  readonly inbox: Inbox;
}

const KINDS = ['plain', 'again', 'on'] as const;

/** Keys that are given again and again, each for the same. */
const KEYS = 4;

/** More than is ever spent: what is left of it says what was spent. */
const TOKENS = 1_000_000;

type Answered = ToolAnswer & {
  readonly task_id?: TaskId; readonly status?: string; readonly ended?: readonly Completion[]; readonly ended_ids?: readonly TaskId[];
  readonly steering_id?: string; readonly state?: string;
};

/** One life of a session: a process from its start to its end, with a parent, agents and callers that do things at random. */
export class Life {
  readonly #scheduler = new VirtualTimeScheduler();
  readonly #runs = new Map<TaskId, Run>();
  readonly #batches: Batch[] = [];
  #session!: DurableSession;
  /** The session, and each scope of it, by its name. */
  #places: Place[] = [];
  #agents!: Record<(typeof KINDS)[number], { readonly agent: AgentFunction; readonly onRestart: 'interrupt' | 'restart' | 'resume' }>;
  #count = 0;

  constructor(readonly medium: Medium, readonly judge: Judge, readonly random: Random, frame: number) {
    this.#scheduler.frame = frame;
  }

  get frame(): number { return this.#scheduler.frame; }

  async open(): Promise<void> {
    const { judge, medium: { store } } = this;
    judge.saw('opening');
    this.#agents = {
      plain: { agent: this.#agent('plain'), onRestart: 'interrupt' },
      again: { agent: this.#agent('again'), onRestart: 'restart' },
      on: { agent: this.#agent('on'), onRestart: 'resume' },
    };
    this.#session = await openSession({
      store: {
        name: store.name,
        open: async (by) => {
          this.medium.step = (at) => judge.point?.(at);
          judge.point?.('before the opening');
          const kept = await store.open(by);
          judge.point?.('behind the opening');
          return kept;
        },
        commit: (facts) => {
          const what = facts.map(({ type }) => type).join();
          judge.point?.(`before ${what}`);
          const kept = store.commit(facts);
          judge.point?.(`behind ${what}`);
          return kept;
        },
        print: (id, page) => {
          store.print(id, page);
          judge.point?.('printed');
        },
        close: () => {
          judge.point?.('before the store is closed');
          return store.close();
        },
        view: () => store.view(),
      },
      agents: this.#agents, scheduler: this.#scheduler, maxRunning: 3, overflow: 'queue', maxAttempts: 20, windowLines: 4, lineLength: 40,
      retain: { count: 4, unheard: this.random.seed % 2 === 0 ? 3 : 8 }, mailboxSize: 4, maxDepth: 2, budget: { tokens: TOKENS },
    });
    const session = this.#session;
    session.events.subscribe((event) => {
      // Where many end in one turn, the first of them may have had to go by then.
      const task = isOutcome(event) ? session.get(event.taskId) : undefined;
      judge.saw('event', event, task && portraitOf(task));
    });
    const scopes = ['a', 'b'].map((name) => session.scope({ name }));
    judge.opened(session, (id) => scopes.find((scope) => scope.get(id) !== undefined)?.name ?? '');
    this.#places = [this.#place('', session), ...scopes.map((scope) => this.#place(scope.name, scope))];
  }

  #place(name: string, scope: Session | Scope): Place {
    const tools = createToolset(scope, { agents: {
      plain: { ...this.#agents.plain, description: 'Works.' }, again: { ...this.#agents.again, description: 'Works.' },
      on: { ...this.#agents.on, description: 'Works.' },
    } });
    return { name, scope, tools, inbox: createInbox(scope, { leaseTime: 500 }) };
  }

  get #tools(): Toolset { return this.#places[0]!.tools; }

  /** Does so many things. */
  async live(commands: number): Promise<void> {
    for (let n = 0; n < commands; n++) {
      await this.#command();
      // Whatever can follow by itself follows.
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      this.judge.ask();
    }
  }

  async close(): Promise<void> {
    await this.#session.close();
    this.judge.saw('over', true);
    this.judge.ask();
  }

  /** Ends whatever runs, reads whatever waits, and closes. */
  async finish(): Promise<void> {
    const session = this.#session;
    for (const batch of this.#batches.splice(0)) batch.release();
    this.#pause(false);
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    for (let n = 0; session.list().some(({ status }) => status === 'running' || status === 'queued'); n++) {
      if (n > 200) {
        const rest = session.list().filter(({ outcome }) => outcome === undefined).map(({ taskId, status }) => `${taskId} ${status}`);
        throw new Error(`These never end: ${rest.join()}; these run: ${[...this.#runs.keys()].join()}.`);
      };
      await this.#advance(10);
      for (const run of [...this.#runs.values()]) this.#end(run, 'done');
      await new Promise<void>((resolve) => { setImmediate(resolve); });
      this.#drain();
      this.judge.ask();
    }
    this.#drain();
    this.judge.finished(session, this.#places.flatMap(({ scope }) => scope.unheard()));
    await this.close();
  }

  /** Opened once more: everything is as it was, and nothing is left to be told. */
  async look(): Promise<void> {
    await this.open();
    for (const { inbox } of this.#places) {
      const batch = inbox.lease();
      if (batch !== undefined) this.#hand(batch);
    }
    await this.close();
  }

  /** One due thing after another, each in a task of its own, as real timers do them. */
  async #advance(ms: number): Promise<void> {
    const scheduler = this.#scheduler;
    const until = scheduler.frame + ms;
    for (;;) {
      const next = scheduler.actions[0];
      if (next === undefined || next.delay > until) break;
      scheduler.actions.shift();
      scheduler.frame = next.delay;
      next.execute(next.state, next.delay);
      await new Promise<void>((resolve) => { setImmediate(resolve); });
    }
    scheduler.frame = until;
  }

  #drain(): void {
    for (const { inbox } of this.#places) {
      for (let batch = inbox.lease(); batch !== undefined; batch = inbox.lease()) {
        this.#hand(batch);
        this.#acknowledge(batch);
      }
    }
  }

  #agent(kind: Exclude<Kind, 'ghost'> | 'ghost'): AgentFunction {
    return (brief: Brief, steering: Observable<string>, context: AgentContext) => new Observable<AgentOutput | string>((out) => {
      const { taskId: id, saved } = context;
      const checkpoint = saved === undefined ? 0 : (saved as { readonly n: number }).n;
      this.judge.saw('called', id, kind, checkpoint);
      this.judge.saw('spent', TOKENS - context.budget.left.tokens!);
      const run: Run = { id, out, context, steering, checkpoint };
      this.#runs.set(id, run);
      out.add(() => { if (this.#runs.get(id) === run) this.#runs.delete(id); });
      if (brief.goal.startsWith('listen')) out.add(steering.subscribe(() => undefined));
      if (brief.goal.startsWith('quick')) this.#end(run, 'quick');
    });
  }

  #end({ id, out }: Run, how: 'done' | 'fail' | 'quick'): void {
    this.judge.saw('ends', id);
    if (how === 'fail') {
      out.error(new Error(`${id} failed`));
      return;
    }
    out.next(result(`${id} is ${how}`));
    out.complete();
  }

  async #command(): Promise<void> {
    const { random } = this;
    const run = random.one([...this.#runs.values()]);
    const task = random.one(this.#session.tasks());
    await random.weighted<() => unknown>([
      [6, () => this.#delegateByTool()],
      [2, () => { this.#delegate(undefined); }],
      [3, () => { this.#delegateByKey(undefined); }],
      [1, () => this.#closeScope()],
      [1, () => { this.#pause(random.chance(40)); }],
      [4, () => { if (run !== undefined) this.#end(run, random.chance(30) ? 'fail' : 'done'); }],
      [8, () => { if (run !== undefined) this.#work(run); }],
      [2, () => task && this.#call('check_task', [task.id], { task_id: task.id })],
      [2, () => task && this.#call('collect_task', [task.id], { task_id: task.id, timeout: 0 })],
      [1, () => this.#call('wait_for_tasks', 'any', { timeout: 0 }, random.one(this.#places))],
      [3, () => task && this.#steer(task)],
      [3, () => { if (task !== undefined) this.#answer(task); }],
      [1, () => task && this.#cancel(task)],
      [4, () => {
        const batch = random.one(this.#places)!.inbox.lease(random.chance(50) ? 1 : undefined);
        if (batch !== undefined) this.#hand(batch);
      }],
      [3, () => {
        const batch = this.#batches.shift();
        if (batch !== undefined) this.#acknowledge(batch);
      }],
      [1, () => { this.#batches.shift()?.release(); }],
      [2, () => { if (task !== undefined) this.#observe(task); }],
      [2, () => { if (task !== undefined) this.#collect(task); }],
      [1, async () => {
        await this.#session.kept();
        this.judge.saw('kept');
      }],
      [3, () => this.#advance(random.one([0, 1, 10, 600])!)],
    ])();
  }

  async #delegateByTool(): Promise<void> {
    const { random, judge } = this;
    const kind = random.one(KINDS)!;
    const place = random.one(this.#places)!;
    // A call that is made again: with the same id, and for the same.
    const callId = random.chance(40) ? `call ${random.one(KINDS.map((_, n) => n))!}` : undefined;
    const agent = callId === undefined ? kind : KINDS[Number(callId.at(-1))]!;
    const goal = callId === undefined ? `${random.one(['work', 'work', 'listen', 'quick'])!} ${this.#count++}` : `quick ${callId}`;
    const before = callId === undefined ? undefined : judge.taskOf(place.name, callId);
    // What nobody has heard the end of was not read by a model.
    const isThere = before !== undefined && place.scope.get(before)?.isHeard === false;
    judge.saw('calling', 'any');
    const answer = await place.tools.delegate_task_async.execute({ agent, goal }, callId === undefined ? {} : { callId }) as Answered;
    if (answer.ok) {
      const isQueued = answer.status === 'queued';
      const id = answer.task_id!;
      const more = { parent: undefined, detached: false, signal: false, isQueued, place: place.name };
      if (callId !== undefined) judge.saw('keyed', place.name, callId, id, isThere);
      if (callId === undefined || !judge.isKnown(id)) judge.saw('started', id, agent, more);
    }
    this.#answered(answer);
  }

  /** Of the session, of a scope, or of a running agent. */
  #delegateByKey(above: Run | undefined): void {
    const { random, judge } = this;
    const place = random.one(this.#places)!;
    const scope = above?.context ?? place.scope;
    const name = above?.id ?? place.name;
    const n = random.one(Array.from({ length: KEYS }, (_, each) => each))!;
    const key = `key ${n}`;
    const kind = KINDS[n % KINDS.length]!;
    const before = judge.taskOf(name, key);
    const known = before === undefined ? undefined : scope.get(before);
    const whenTaken = random.chance(20) ? 'supersede' : 'join';
    judge.saw('keying', name, key, whenTaken === 'supersede' ? before : undefined);
    const brief = { goal: `keyed ${n}`, data: [n] } as Brief;
    const { id, status } = scope.delegate(this.#agents[kind].agent, brief, { name: kind, key, whenTaken });
    const { outcome } = known ?? {};
    // What was interrupted below one that is run again is started again.
    const isAgain = above !== undefined && outcome?.type === 'failed' && ['interrupted', 'not_started'].includes(outcome.error.code);
    // Before it is known at all: whoever supersedes it has to be known to do so.
    judge.saw('keyed', name, key, id, known !== undefined && !isAgain);
    if (!judge.isKnown(id)) {
      judge.saw('started', id, kind, {
        parent: above?.id, detached: false, signal: false, isQueued: status === 'queued', place: above === undefined ? place.name : '',
      });
    }
  }

  /** Another scope of the same name stands in its place. */
  async #closeScope(): Promise<void> {
    const { random, judge } = this;
    const at = random.one([1, 2])!;
    const { name, scope } = this.#places[at]!;
    const all = scope.tasks();
    judge.saw('closing', name, all.filter(({ outcome }) => outcome === undefined).map(({ id }) => id), all.map(({ id }) => id));
    await (scope as Scope).close();
    this.#places[at] = this.#place(name, this.#session.scope({ name }));
    await this.#session.kept();
    judge.saw('kept');
    judge.saw('closed', name);
  }

  #pause(isPaused: boolean): void {
    this.judge.saw('pausing', isPaused);
    if (isPaused) this.#session.pause();
    else this.#session.resume();
  }

  #delegate(above: Run | undefined): void {
    const { random, judge } = this;
    const kind = random.one<Kind>(above === undefined ? ['ghost', 'again', 'on'] : KINDS)!;
    const signal = above === undefined && kind !== 'ghost';
    const detached = random.chance(30);
    const agent = kind === 'ghost' ? this.#agent('ghost') : this.#agents[kind].agent;
    const place = random.one(this.#places)!;
    const { id, status } = (above?.context ?? place.scope).delegate(
      agent, { goal: `work ${this.#count++}`, more: { n: [this.#count, null, 'x'] } } as Brief,
      { name: kind, detached, ...signal && { signal: new AbortController().signal } },
    );
    judge.saw('started', id, kind, {
      parent: above?.id, detached, signal, isQueued: status === 'queued', place: above === undefined ? place.name : '',
    });
  }

  #work(run: Run): void {
    const { random, judge } = this;
    random.weighted<() => void>([
      [3, () => { run.out.next(`line ${this.#count++} ${random.chance(30) ? 'x'.repeat(60) : ''}`); }],
      [3, () => {
        run.checkpoint += 1;
        judge.saw('saving', run.id, run.checkpoint);
        run.context.save({ n: run.checkpoint });
        judge.saw('saved', run.id, run.checkpoint);
      }],
      [2, () => {
        const text = `question ${random.one([1, 2])!}`;
        run.context.ask({ text }).subscribe({ next: (answer) => { judge.saw('askerGot', run.id, text, answer); }, error: () => undefined });
      }],
      [1, () => { run.context.takeSteering(); }],
      [1, () => {
        judge.saw('spending', 4);
        run.context.emit({ type: 'usage', inputTokens: 3, outputTokens: 1 });
      }],
      [1, () => { run.context.emit({ type: 'attempt', reason: 'by itself' }); }],
      [1, () => { run.listening ??= run.steering.subscribe(() => undefined); run.out.add(run.listening); }],
      [2, () => { if (run.context.depthLeft > 0) this.#delegate(run); }],
      [1, () => { if (run.context.depthLeft > 0) this.#delegateByKey(run); }],
    ])();
  }

  async #steer(task: Task): Promise<void> {
    const { judge } = this;
    judge.saw('steering', task.id);
    if (this.random.chance(50)) {
      const { id, state, error } = task.steer(`message ${this.#count++}`);
      if (error === undefined) judge.saw('steered', id, task.id, state);
      return;
    }
    const answer = await this.#tools.steer_task.execute({ task_id: task.id, message: `message ${this.#count++}` }) as Answered;
    if (answer.ok) judge.saw('steered', answer.steering_id!, task.id, answer.state!);
  }

  #answer(task: Task): void {
    const { judge } = this;
    const question = this.random.one([...task.questions]);
    if (question === undefined) return;
    const answer = `answer ${this.#count++}`;
    judge.saw('answering', question.id, question.text, task.id, answer);
    if (question.answer(answer).answered) judge.saw('answerTaken', question.id);
  }

  async #cancel({ id }: Task): Promise<void> {
    this.judge.saw('ends', id);
    await this.#call('cancel_task', [id], { task_id: id });
  }

  async #call(
    name: 'check_task' | 'collect_task' | 'wait_for_tasks' | 'cancel_task', ids: readonly TaskId[] | 'any', input: object,
    place = this.#places[0]!,
  ): Promise<void> {
    this.judge.saw('calling', ids);
    const answer = await place.tools[name].execute(input) as Answered;
    this.#answered(answer);
  }

  #answered({ task_id: id, status = '', ended = [], summary, error, reason, ok }: Answered): void {
    const told = ended.map(({ task_id: one }) => one);
    for (const one of ended) this.#text(one);
    if (ok && id !== undefined && ['completed', 'failed', 'cancelled'].includes(status)) {
      told.push(id);
      const text = summary ?? error ?? reason;
      if (typeof text === 'string') this.judge.saw('text', id, status, text);
    }
    this.judge.saw('answered', told.filter((one) => this.#session.get(one)?.isHeard !== false));
  }

  #text({ task_id: id, status, summary, error, reason }: Completion): void {
    this.judge.saw('text', id, status, String(summary ?? error ?? reason));
  }

  #hand(batch: Batch): void {
    this.judge.saw('handed', batch.id, batch.completions.map(({ task_id: id }) => id));
    for (const one of batch.completions) this.#text(one);
    this.#batches.push(batch);
  }

  #acknowledge(batch: Batch): void {
    const at = this.#batches.indexOf(batch);
    if (at >= 0) this.#batches.splice(at, 1);
    const ids = batch.completions.map(({ task_id: id }) => id);
    this.judge.saw('acknowledging', ids);
    batch.acknowledge();
    this.judge.saw('acknowledged', ids);
  }

  /** Whoever collects is given the outcome when its promise says so. */
  #collect(task: Task): void {
    const given = (error?: unknown): void => {
      // A closed session lets it go without one.
      if ((error as { readonly code?: string } | undefined)?.code !== 'session_closed') this.judge.saw('given', task.id);
    };
    collect(task).then(() => { given(); }, given);
  }

  #observe(task: Task): void {
    let isThere = true;
    const watching = task.events.subscribe((event) => {
      if (isOutcome(event) && isThere) this.judge.saw('given', event.taskId);
    });
    // It leaves, unless it stays till the end.
    if (this.random.chance(50)) {
      isThere = false;
      watching.unsubscribe();
    }
  }
}
