import type { Subscriber } from 'rxjs';
import { from, Observable, Subscription } from '../../rx.js';
import type { AgentFunction } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { A_STREAM, readOptions, type Option } from '../../check.js';
import { describeValue } from '../../describeValue.js';
import { InvalidArgumentError, TaskCancelledError } from '../../errors.js';
import type { Ending, TaskId } from '../../events.js';
import { attempt, type AgentOutput } from '../../output.js';
import type { RunOptions, SteeringMessage } from '../../runOptions.js';
import { describeThrown } from '../failure/describeThrown.js';
import { errorOf } from '../failure/errorOf.js';
import { failureOf } from '../failure/failureOf.js';
import { Child, type ChildSink } from '../output/child.js';
import { FAILED, origins, retries, STOPPED, type Origin } from '../output/origin.js';
import { isPrinted, readOutput } from '../output/readOutput.js';
import { Mailbox } from '../steering/mailbox.js';
import type { ScopeNode } from '../task/scopeNode.js';
import { ended, type Run, type RunOwner } from '../task/taskContext.js';
import { readDelegation } from './readDelegation.js';

const OPTIONS: Record<keyof RunOptions, Option> = { steering: [undefined, A_STREAM] };

/** Where a run takes place: inside another one, or in a session of its own. */
export interface Place extends Run {
  /** Hears that the run is over. */
  over?(): void;
}

/** What the subscriptions of one stream leave to those that follow. */
interface History {
  /** Why the last one failed. */
  failure?: string | undefined;
  /** Whether one came too late: those that follow are told nothing, or a `retry` would go on for ever. */
  isRefused?: boolean;
}

/** An agent as a cold stream of what it puts out. @param open - tells where a subscription is to run */
export function coldRun<B extends Brief>(
  open: () => Place, agent: AgentFunction<B>, given: B, name: string, options: RunOptions = {},
): Observable<AgentOutput<never>> {
  const { brief } = readDelegation(agent, given);
  const { steering } = readOptions(`the options of ${name}`, options, OPTIONS) as RunOptions;
  const history: History = {};
  return new Observable((subscriber) => {
    const place = open();
    const outer = place.child;
    if (outer?.closed !== true) {
      const run = new ColdRun(place, subscriber, history, steering !== undefined);
      subscriber.add(() => { run.close(); });
      run.start(agent as AgentFunction, brief, steering);
    } else if (history.isRefused !== true) {
      history.isRefused = true;
      subscriber.error((outer.reason ?? ended)());
    }
  });
}

/** One subscription of such a stream: what its agent is connected to, and the run that the agent's context belongs to. */
class ColdRun implements ChildSink, Run {
  readonly child = new Child(this);
  /** Of what its agent puts out by itself. */
  readonly origin: Origin;
  /** Of what it handed on last. */
  private last: Origin;
  private readonly own: Mailbox | undefined;
  private readonly steering = new Subscription();
  private messages = 0;
  private thrown: unknown;
  /** Whether the child came to an end by itself. */
  private isOver = false;
  private isClosed = false;
  private how: Ending['type'] = 'cancelled';

  constructor(
    private readonly place: Place, private readonly subscriber: Subscriber<AgentOutput<never>>, private readonly history: History,
    isSteered: boolean,
  ) {
    const { child: outer, origin } = place;
    this.origin = this.last = { run: {}, outer: origin };
    if (outer === undefined) {
      this.own = new Mailbox(() => undefined);
    } else {
      this.child.outer = outer;
      (outer.inner ??= new Set()).add(this);
      const mailbox = isSteered ? place.openMailbox() : undefined;
      this.own = mailbox && new Mailbox(() => undefined, mailbox.exclusively, mailbox);
    }
  }

  get owner(): RunOwner { return this.place.owner; }
  get node(): ScopeNode { return this.place.node; }
  get id(): TaskId { return this.place.id; }
  get depth(): number { return this.place.depth; }
  get mailbox(): Mailbox | undefined { return this.own ?? this.place.mailbox; }
  get saved(): unknown { return this.place.saved; }

  openMailbox(): Mailbox { return this.own ?? this.place.openMailbox(); }

  // What a run that has ended saves would be in the way of the next.
  save(checkpoint: unknown): void { if (!this.child.closed) this.place.save(checkpoint); }

  warn(code: 'steering_refused', message: string): void {
    if (this.place.warn !== undefined) this.place.warn(code, message);
    else this.#fail(new InvalidArgumentError(message));
  }

  start(agent: AgentFunction, brief: Brief, steering: RunOptions['steering']): void {
    const { history, subscriber } = this;
    if (history.failure !== undefined) {
      const again = readOutput<never>(attempt(history.failure));
      history.failure = undefined;
      origins.set(again, this.origin);
      retries.add(again);
      subscriber.next(again);
    }
    if (steering !== undefined) {
      this.steering.add(from(steering).subscribe({ next: (message) => { this.#post(message); }, error: () => undefined }));
    }
    if (subscriber.closed) return;
    this.child.connect(() => agent(brief, new Observable((listener) => { this.#listen(listener); }), this.owner.contextOf(this)));
  }

  next(value: unknown): void {
    try {
      const known = typeof value === 'object' && value !== null ? origins.get(value) : undefined;
      const origin = known === undefined ? this.origin : this.#originWith(known);
      // What a run inside this one has read need not be read again.
      const output = origin === known && isPrinted(value) ? value : readOutput<never>(value);
      if (output !== value) {
        origins.set(output, origin);
        if (known !== undefined && retries.has(value as object)) retries.add(output);
      }
      this.subscriber.next(output);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** What was spent was spent, also where nobody reads on. */
  late(value: unknown): void { this.place.child?.sink.late?.(value); }

  error(thrown: unknown): void { this.#end(() => { this.#fail(thrown); }); }

  complete(): void {
    this.#end(() => {
      this.how = 'completed';
      this.subscriber.complete();
    });
  }

  teardownFailed(thrown: unknown): void {
    const sink = this.place.child?.sink;
    if (sink !== undefined) {
      sink.teardownFailed(thrown);
      return;
    }
    if (this.subscriber.closed) throw thrown;
    this.isOver = this.child.closed;
    this.#fail(thrown);
  }

  released(): void { /* The run outside this one waits for it by itself. */ }

  /** The run inside which this one runs is over, and this one is not. */
  abandon(): void {
    const outer = this.place.child!;
    this.close();
    // Who waits for a run that was stopped is to know; who has ended without waiting is told nothing.
    if (outer.reason === undefined) this.subscriber.unsubscribe();
    else this.subscriber.error(outer.reason());
  }

  /** Nobody is subscribed any more. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { child, place, own } = this;
    const outer = place.child;
    outer?.inner?.delete(this);
    if (this.isOver && outer?.reason === undefined) {
      child.unsubscribe();
    } else {
      this.origin.run.fate ??= STOPPED;
      child.stop(outer?.reason ?? (() => this.#reason));
    }
    this.steering.unsubscribe();
    if (own === undefined) {
      place.mailbox?.leave(this);
    } else {
      let tell: () => void;
      own.exclusively(() => { tell = own.close(this.how, outer?.closed); });
      tell!();
    }
    place.over?.();
  }

  get #reason(): unknown {
    const { thrown } = this;
    return this.how === 'failed' ? errorOf({ type: 'failed', error: failureOf(thrown) }, thrown)
      : new TaskCancelledError('The run was unsubscribed before its end.');
  }

  #end(say: () => void): void {
    const over = (): void => {
      this.isOver = true;
      say();
    };
    // A task warns of a teardown that throws; a run of its own fails by it, so that comes first.
    if (this.child.outer !== undefined) over();
    else this.child.whenConnected(() => {
      this.child.unsubscribe();
      over();
    });
  }

  #fail(thrown: unknown): void {
    this.origin.run.fate = FAILED;
    this.history.failure = describeThrown(thrown).message;
    this.how = 'failed';
    this.thrown = thrown;
    this.subscriber.error(thrown);
  }

  /** An output of a run inside this one has this one in its origin; of any other run, that is to be added. */
  #originWith(known: Origin): Origin {
    const { last, origin: { run, outer } } = this;
    if (known === last || (last.run === run && known === last.inner)) return last;
    for (let one: Origin | undefined = known; one !== undefined; one = one.outer) if (one.run === run) return this.last = known;
    return this.last = { run, inner: known, outer };
  }

  #listen(listener: Subscriber<string>): void {
    if (this.child.closed) listener.complete();
    else this.openMailbox().listen(listener, this);
  }

  #post(message: string | SteeringMessage): void {
    const id = String(++this.messages);
    try {
      const { text, key } = typeof message === 'string' ? { text: message } as SteeringMessage : message;
      if (typeof text === 'string' && (key === undefined || typeof key === 'string')) {
        this.own!.post(id, text, key);
        return;
      }
    } catch {
      // What cannot be read is no message either.
    }
    this.own!.post(id, '', undefined, 'invalid_argument');
    this.warn('steering_refused', `Expected a steering message to be a string, or { text, key }, got ${describeValue(message)}.`);
  }
}
