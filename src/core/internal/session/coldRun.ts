import type { Subscriber, Subscription } from 'rxjs';
import { from, Observable } from '../../rx.js';
import type { AgentFunction, DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { A_STREAM, readOptions, WORDS, type Option } from '../../check.js';
import { describeValue } from '../../describeValue.js';
import { InvalidArgumentError, InvalidResultError, TaskCancelledError } from '../../errors.js';
import type { Ending } from '../../events.js';
import { attempt, line, result, type AgentOutput } from '../../output.js';
import { passes } from '../../passes.js';
import { readResult } from '../../readResult.js';
import type { RunOptions, SteeringMessage } from '../../runOptions.js';
import { describeThrown } from '../failure/describeThrown.js';
import { errorOf } from '../failure/errorOf.js';
import { failureOf } from '../failure/failureOf.js';
import { Child, type ChildSink, type Inner } from '../output/child.js';
import { FAILED, Stamp, STOPPED, type Origin } from '../output/origin.js';
import { lineOf, readOutput } from '../output/readOutput.js';
import { Transcript } from '../output/transcript.js';
import { READER } from '../output/watchEnding.js';
import { Mailbox } from '../steering/mailbox.js';
import { PARENT_ENDED } from '../task/decision.js';
import { ended, type Host, type Run } from '../task/taskContext.js';
import type { TaskRecord } from '../task/taskRecord.js';
import { readDelegation } from './readDelegation.js';

const OPTIONS: Record<keyof RunOptions, Option> = { steering: [undefined, A_STREAM] };

/** What the subscriptions of one stream have in common, and what they leave to those that follow. */
interface Stream {
  readonly agent: AgentFunction;
  readonly brief: Brief;
  readonly steering: RunOptions['steering'];
  /** Why the last one failed. */
  failure: string | undefined;
  /** Whether one came too late. */
  isRefused: boolean;
}

/**
 * An agent as a cold stream of what it puts out. Where the run outside is over, the first who subscribes is told why; those that follow
 * are told an end with nothing in it, or a `retry` would go on for ever.
 *
 * @param outer - the run inside which it is to run, where there is one
 * @param open - makes a host of its own for a subscription, and says how that is closed
 */
export function coldRun<B extends Brief>(
  outer: Run | undefined, agent: AgentFunction<B>, given: B, name: string, options?: RunOptions, open?: () => readonly [Host, () => void],
): Observable<AgentOutput<never>> {
  const { brief } = readDelegation(agent, given, undefined, given === outer?.brief);
  const read: unknown = options === undefined ? {} : readOptions(`the options of ${name}`, options, OPTIONS);
  const { steering } = read as RunOptions;
  const stream: Stream = { agent: agent as AgentFunction, brief, steering, failure: undefined, isRefused: false };
  return new Observable((subscriber) => {
    const child = outer?.child;
    if (child?.closed !== true) {
      const [host, close] = open?.() ?? [outer!.host];
      const run = new ColdRun(stream, subscriber, host, outer);
      subscriber.add(run);
      subscriber.add(close);
      run.start();
    } else if (stream.isRefused) {
      subscriber.complete();
    } else {
      stream.isRefused = true;
      subscriber.error((child.reason ?? ended)());
    }
  });
}

/**
 * One subscription of such a stream: what its agent is connected to, and the run that the agent's context belongs to. What few runs need is
 * made when it is first needed.
 */
class ColdRun implements ChildSink, Inner, Run {
  readonly child = new Child(this);
  /** Of what its agent puts out by itself. */
  readonly origin: Origin;
  /** Of what it handed on last that others had put out. */
  private declare last?: Origin;
  private declare readonly own?: Mailbox | undefined;
  private declare steering?: Subscription;
  declare earlier: Inner | undefined;
  later: Inner | undefined;
  private declare messages?: number;
  /** Where the agent says what its result has to be: what it comes to. */
  private declare transcript?: Transcript<unknown>;
  private declare thrown?: unknown;
  /** What was started by its context, and may not have ended. */
  private declare started?: TaskRecord[];
  /** Whether the child came to an end by itself. */
  private isOver = false;
  private isClosed = false;
  private how: Ending['type'] = 'cancelled';

  constructor(
    private readonly stream: Stream, private readonly subscriber: Subscriber<AgentOutput<never>>,
    readonly host: Host, private readonly outer: Run | undefined,
  ) {
    this.origin = { fate: undefined, outer: outer?.origin };
    if (outer === undefined) {
      this.own = new Mailbox(() => undefined);
      return;
    }
    const child = this.child.outer = outer.child!;
    this.earlier = child.inner;
    if (this.earlier !== undefined) this.earlier.later = this;
    child.inner = this;
    if (stream.steering === undefined) return;
    const mailbox = outer.openMailbox();
    this.own = new Mailbox(() => undefined, mailbox.exclusively, mailbox);
  }

  get brief(): Brief { return this.stream.brief; }
  get mailbox(): Mailbox | undefined { return this.own ?? this.outer?.mailbox; }

  openMailbox(): Mailbox { return this.own ?? this.outer!.openMailbox(); }

  adopt(task: TaskRecord): void {
    const { started = [] } = this;
    // Those that have ended are let go of now and then.
    this.started = started.length % 64 === 63 ? started.filter((one) => !one.isEnded) : started;
    this.started.push(task);
  }

  start(): void {
    const { stream, subscriber } = this;
    const { agent, brief, steering, failure } = stream;
    if (failure !== undefined) {
      stream.failure = undefined;
      subscriber.next(Stamp.put(readOutput<never>(attempt(failure)), this.origin, true));
    }
    if (steering !== undefined) {
      this.steering = from(steering).subscribe({ next: (message) => { this.post(message); }, error: () => undefined });
    }
    if (subscriber.closed) {
      this.steering?.unsubscribe();
      return;
    }
    if ((agent as DelegateOptions).resultSchema !== undefined) this.transcript = new Transcript(READER);
    this.child.connect(() => agent(brief, new Observable((listener) => { this.listen(listener); }), this.host.owner.contextOf(this)));
  }

  next(value: unknown): void {
    try {
      if (typeof value === 'string') {
        this.put(Stamp.put(line(value), this.origin));
        return;
      }
      const given = Object(value) as object;
      const known = Stamp.originOf(given);
      const origin = known === undefined ? this.origin : this.originWith(known);
      // A line that a run inside this one has read need not be read again.
      this.put(origin === known && lineOf(given) !== undefined ? given as AgentOutput<never>
        : Stamp.put(readOutput<never>(value), origin, Stamp.isAgain(given)));
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  error(thrown: unknown): void { this.end(() => { this.fail(thrown); }); }

  complete(): void {
    this.end(() => {
      const problem = this.checkResult();
      if (problem !== undefined) {
        this.fail(problem);
        return;
      }
      this.how = 'completed';
      this.subscriber.complete();
    });
  }

  private put(output: AgentOutput<never>): void {
    this.transcript?.take(output);
    this.subscriber.next(output);
  }

  /** Puts out what the agent's schema makes of its result, or answers with what is wrong with that. */
  private checkResult(): InvalidResultError | undefined {
    const box = this.transcript?.end();
    if (box === undefined) return undefined;
    const read = readResult((this.stream.agent as DelegateOptions).resultSchema!, box.value);
    if (typeof read === 'string') return new InvalidResultError(read);
    if (read.value !== box.value) this.subscriber.next(Stamp.put(result(read.value) as AgentOutput<never>, this.origin));
    return undefined;
  }

  teardownFailed(thrown: unknown): void {
    const sink = this.child.outer?.sink;
    if (sink !== undefined) {
      sink.teardownFailed(thrown);
      return;
    }
    if (this.subscriber.closed) throw thrown;
    this.isOver = this.child.closed;
    this.fail(thrown);
  }

  endLost(thrown: unknown): void {
    const outer = this.outer?.child;
    if (outer === undefined) this.fail(thrown);
    else if (!outer.closed) outer.error(thrown);
  }

  released(): void { /* The run outside this one waits for it by itself. */ }

  /** The run inside which this one runs is over, and this one is not. */
  abandon(): void {
    const { reason } = this.child.outer!;
    this.unsubscribe();
    // Who waits for a run that was stopped is to know; who has ended without waiting is told nothing.
    if (reason === undefined) this.subscriber.unsubscribe();
    else this.subscriber.error(reason());
  }

  /** Nobody is subscribed any more. */
  unsubscribe(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const { child, own, earlier, later } = this;
    const { outer } = child;
    if (earlier !== undefined) earlier.later = later;
    if (later !== undefined) later.earlier = earlier;
    else if (outer !== undefined) outer.inner = earlier;
    if (this.isOver && outer?.reason === undefined) {
      child.unsubscribe();
    } else {
      this.origin.fate ??= STOPPED;
      child.stop(outer?.reason ?? (() => this.reason));
    }
    if (this.started !== undefined) this.endStarted(this.started);
    this.steering?.unsubscribe();
    if (own === undefined) {
      this.outer!.mailbox?.leave(this);
    } else {
      let tell: () => void;
      own.exclusively(() => { tell = own.close(this.how, outer?.closed); });
      tell!();
    }
  }

  /** As a task's end does, with what is below it. Their keys are free: whoever tries again starts them again. */
  private endStarted(started: readonly TaskRecord[]): void {
    const family: TaskRecord[] = [];
    for (const task of started) {
      if (!task.decide(PARENT_ENDED, family)) continue;
      task.isHeard = true;
      task.freeKey();
    }
    // What ends with the task is carried out with that.
    if (family.length === 0) return;
    const { dispatcher, endings } = family[0]!.owner;
    dispatcher.exclusive(() => { endings.carryOut(family); });
  }

  private get reason(): unknown {
    const { thrown } = this;
    return this.how === 'failed' ? errorOf({ type: 'failed', error: failureOf(thrown) }, thrown)
      : new TaskCancelledError('The run was unsubscribed before its end.');
  }

  private end(say: () => void): void {
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

  private fail(thrown: unknown): void {
    this.origin.fate = FAILED;
    this.stream.failure = describeThrown(thrown).message;
    this.how = 'failed';
    this.thrown = thrown;
    this.subscriber.error(thrown);
  }

  /** An output of a run inside this one has this one in its origin; of any other run, that is to be added. */
  private originWith(known: Origin): Origin {
    const { last, origin } = this;
    if (last !== undefined && (known === last || (last.outer === origin && known === last.inner))) return last;
    for (let one: Origin | undefined = known; one !== undefined; one = one.outer) if (one === origin) return this.last = known;
    return this.last = { inner: known, outer: origin };
  }

  private listen(listener: Subscriber<string>): void {
    if (this.child.closed) listener.complete();
    else this.openMailbox().listen(listener, this);
  }

  private post(message: string | SteeringMessage): void {
    const id = String(this.messages = (this.messages ?? 0) + 1);
    try {
      const { text, key } = typeof message === 'string' ? { text: message } as SteeringMessage : message;
      if (passes(text, WORDS[0]) && (key === undefined || typeof key === 'string')) {
        this.own!.post(id, text, key);
        return;
      }
    } catch {
      // What cannot be read is no message either.
    }
    this.own!.post(id, '', undefined, 'invalid_argument');
    const words = `Expected a steering message to be a string, or { text, key }, got ${describeValue(message)}.`;
    // A run of its own has nobody whom it could warn.
    if (this.host.warn === undefined) this.fail(new InvalidArgumentError(words));
    else this.host.warn('steering_refused', words);
  }
}
