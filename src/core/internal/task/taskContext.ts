import type { SchedulerLike } from 'rxjs';
import { from, Observable } from '../../rx.js';
import type { AgentContext, AgentFunction, DelegateOptions, DeliverOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { readWaiting, type BudgetLeft } from '../../budget.js';
import { A_FUNCTION, A_STREAM, check, count, duration, readOptions, type Option } from '../../check.js';
import { NotRunningError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import type { AgentOutput } from '../../output.js';
import { readAnswer, readQuestion, type Answer, type Asked, type Question } from '../../question.js';
import type { RunOptions } from '../../runOptions.js';
import type { Json } from '../../json.js';
import type { Task } from '../../task.js';
import { budgetLeft } from '../limits/spent.js';
import type { Child } from '../output/child.js';
import type { Origin } from '../output/origin.js';
import type { Mailbox } from '../steering/mailbox.js';
import type { ScopeNode } from './scopeNode.js';
import { unanswered, type Asker } from './questions.js';
import { ScopeVerbs, type Scopes } from './scopeVerbs.js';

/** What a run needs of the session in which it is. */
export interface RunOwner {
  readonly limits: { readonly scheduler: SchedulerLike };
  contextOf(run: Run): AgentContext;
  /** @param run - the run of a task's own that does it, where it is such a one */
  delegate<B extends Brief>(node: ScopeNode, agent: AgentFunction<B>, brief: B, options?: DelegateOptions, run?: Run): Task<never>;
  /** An agent as a cold stream inside a run. */
  runInside<B extends Brief>(run: Run, agent: AgentFunction<B>, brief: B, options?: RunOptions): Observable<AgentOutput<never>>;
}

/** The task that a run is, or inside which it is; or what stands for one. */
export interface Host {
  readonly owner: RunOwner;
  /** Where in the session it delegates. */
  readonly node: ScopeNode;
  readonly id: TaskId;
  readonly depth: number;
  readonly saved?: unknown;
  /** Of a follow-up. */
  readonly followed?: unknown;
  /** Asks, and answers with what withdraws the question. Without it there is nobody who could answer. */
  ask?(question: Asked, asker: Asker): () => void;
  save(checkpoint: unknown): void;
  warn?(code: 'steering_refused', message: string): void;
}

/** The run that a context belongs to. */
export interface Run {
  readonly host: Host;
  /** As its agent was given it. */
  readonly brief: Brief;
  /** Of a task. */
  readonly options?: Pick<DelegateOptions, 'resultSchema'>;
  readonly child?: Child | undefined;
  readonly mailbox?: Mailbox | undefined;
  /** Of a run that is no task. */
  readonly origin?: Origin;
  openMailbox(): Mailbox;
  /** A task that is to end with it. */
  adopt?(task: ScopeNode): void;
}

const OPTIONS: Record<keyof DeliverOptions, Option> = { concurrency: [1, count(1)] };

/** What an agent is given of its run. */
export class TaskContext extends ScopeVerbs implements AgentContext {
  readonly #run: Run;
  readonly #place: ScopeNode;

  constructor(scopes: Scopes, node: ScopeNode, run: Run) {
    super(scopes, node);
    this.#run = run;
    this.#place = node;
  }

  /** The child of a run inside another one. Of a task that has ended, or of a session that is closed, it is said by those. */
  get #inner(): Child | undefined {
    const { child } = this.#run;
    if (child?.outer === undefined) return undefined;
    if (child.closed && !child.outer.closed) throw ended();
    return child;
  }

  override get delegate(): AgentContext['delegate'] {
    return (agent, brief, options) =>
      this.#run.host.owner.delegate(this.#place, agent, brief, options, this.#inner && this.#run) as never;
  }
  override get scope(): AgentContext['scope'] {
    const open = super.scope;
    return (options) => {
      const inner = this.#inner;
      const scope = open(options);
      // One that has a name may be another's as well.
      if (options?.name === undefined) inner?.add(() => { void scope.close('parent_ended'); });
      return scope;
    };
  }
  get taskId(): TaskId { return this.#run.host.id; }
  get depth(): number { return this.#run.host.depth; }
  get signal(): AbortSignal { return this.#run.child!.signal; }
  get emit(): AgentContext['emit'] { return (output) => { this.#run.child!.next(output); }; }
  // What a teardown takes nobody acts on.
  get takeSteering(): AgentContext['takeSteering'] { return () => this.#run.child!.closed ? [] : this.#run.mailbox?.take() ?? []; }
  get deliverSteering(): AgentContext['deliverSteering'] {
    return (handOver, options = {}) => {
      check('handOver', handOver, A_FUNCTION);
      const { concurrency } = readOptions('the options of deliverSteering', options, OPTIONS);
      if (!this.#run.child!.closed) this.#run.openMailbox().handOver(handOver, concurrency as number, this.#run);
    };
  }
  get saved(): Json | undefined { return (this.#run.host.saved ?? this.#run.host.followed) as Json | undefined; }
  get followed(): Json | undefined { return this.#run.host.followed as Json | undefined; }
  // What a run that is over saves would be in the way of the next.
  get save(): AgentContext['save'] { return (checkpoint) => { if (!this.#run.child!.closed) this.#run.host.save(checkpoint); }; }
  get budget(): BudgetLeft {
    const child = this.#run.child!;
    return budgetLeft(this.#place, (release) => {
      // Whoever has ended spends no more.
      child.add(release);
      return child.closed ? undefined : () => {
        child.remove(release);
        release();
      };
    });
  }
  get waitFor(): AgentContext['waitFor'] {
    return (why, source) => {
      const read = readWaiting(why);
      check('source', source, A_STREAM);
      return new Observable((subscriber) => {
        const child = this.#run.child!;
        // Whoever has ended waits for nothing.
        const resume = child.closed ? () => undefined : this.#place.wait(read);
        if (child.outer !== undefined) {
          child.add(resume);
          subscriber.add(() => { child.remove(resume); });
        }
        subscriber.add(resume);
        if (subscriber.closed) return;
        // What follows on its end is no waiting any more.
        subscriber.add(from(source).subscribe({
          next: (value) => { subscriber.next(value); },
          error: (thrown: unknown) => {
            resume();
            subscriber.error(thrown);
          },
          complete: () => {
            resume();
            subscriber.complete();
          },
        }));
      });
    };
  }
  get ask(): AgentContext['ask'] {
    return <A>(question: Question<A>) => {
      const asked = readQuestion(question);
      return new Observable<A>((subscriber) => {
        const child = this.#run.child!;
        const { host } = this.#run;
        if (child.closed) {
          subscriber.error((child.reason ?? ended)());
          return;
        }
        if (host.ask === undefined) {
          if (asked.default === undefined) throw unanswered(asked, 'nobody');
          subscriber.next((readAnswer(asked, asked.default) as Answer).given as A);
          subscriber.complete();
          return;
        }
        const withdraw = host.ask(asked, subscriber);
        // Who waits for an answer when the run is stopped is to know; one that has ended by itself waits for nothing.
        const stop = (): void => {
          withdraw();
          if (child.reason === undefined) subscriber.unsubscribe();
          else subscriber.error(child.reason());
        };
        child.add(stop);
        subscriber.add(() => {
          child.remove(stop);
          withdraw();
        });
      });
    };
  }
  get holdStop(): AgentContext['holdStop'] { return (until) => { this.#run.child!.holdUntil(until); }; }
  get run(): AgentContext['run'] { return (agent, brief, options) => this.#run.host.owner.runInside(this.#run, agent, brief, options); }
  get resultSchema(): AgentContext['resultSchema'] { return this.#run.options?.resultSchema; }
  get scheduler(): SchedulerLike { return this.#run.host.owner.limits.scheduler; }
  get sleep(): AgentContext['sleep'] {
    return (milliseconds) => {
      check('milliseconds', milliseconds, duration(0));
      const child = this.#run.child!;
      const slept = new Promise<void>((resolve, reject) => {
        const timer = this.scheduler.schedule(() => {
          resolve();
          child.remove(timer);
        }, milliseconds);
        timer.add(() => { reject((child.reason ?? ended)()); });
        child.add(timer);
      });
      // Who does not wait for it need not hear that the run was stopped.
      slept.catch(() => undefined);
      return slept;
    };
  }
}

export const ended = (): NotRunningError => new NotRunningError('The run has ended, so nothing goes on in it.');
