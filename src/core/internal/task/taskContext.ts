import { from, Observable } from '../../rx.js';
import type { AgentContext, DeliverOptions } from '../../agent.js';
import { readWaiting, type BudgetLeft } from '../../budget.js';
import { A_FUNCTION, A_STREAM, check, count, readOptions, type Option } from '../../check.js';
import type { TaskId } from '../../events.js';
import type { Json } from '../../store.js';
import { budgetLeft } from '../limits/spent.js';
import type { Child } from '../output/child.js';
import type { Mailbox } from '../steering/mailbox.js';
import type { ScopeNode } from './scopeNode.js';
import { ScopeVerbs, type Scopes } from './scopeVerbs.js';

/** The run that a context belongs to. */
export interface Run {
  readonly id: TaskId;
  readonly depth: number;
  readonly child?: Child;
  readonly mailbox?: Mailbox;
  readonly saved?: unknown;
  save(checkpoint: unknown): void;
  openMailbox(): Mailbox;
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

  get taskId(): TaskId { return this.#run.id; }
  get depth(): number { return this.#run.depth; }
  get signal(): AbortSignal { return this.#run.child!.signal; }
  get emit(): AgentContext['emit'] { return (output) => { this.#run.child!.next(output); }; }
  // What a teardown takes nobody acts on.
  get takeSteering(): AgentContext['takeSteering'] { return () => this.#run.child!.closed ? [] : this.#run.mailbox?.take() ?? []; }
  get deliverSteering(): AgentContext['deliverSteering'] {
    return (handOver, options = {}) => {
      check('handOver', handOver, A_FUNCTION);
      const { concurrency } = readOptions('the options of deliverSteering', options, OPTIONS);
      this.#run.openMailbox().handOver(handOver, concurrency as number);
    };
  }
  get saved(): Json | undefined { return this.#run.saved as Json | undefined; }
  get save(): AgentContext['save'] { return (checkpoint) => { this.#run.save(checkpoint); }; }
  get budget(): BudgetLeft {
    const child = this.#run.child!;
    return budgetLeft(this.#place, (release) => {
      // Whoever has ended spends no more.
      child.add(release);
      return () => {
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
        const resume = this.#place.wait(read);
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
  get holdStop(): AgentContext['holdStop'] { return (until) => { this.#run.child!.holdUntil(until); }; }
}
