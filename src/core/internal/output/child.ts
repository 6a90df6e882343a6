import type { ObservableInput, Observer, TeardownLogic, Unsubscribable } from 'rxjs';
import { finalize, from, Subscription } from '../../rx.js';
import { connect, type Receiver } from './connect.js';

/** Whom a child reports to: of its end in the moment in which it is said, before anything of it is torn down. That is the sink's to do. */
export interface ChildSink extends Observer<unknown> {
  /** The child's teardown threw. */
  teardownFailed(thrown: unknown): void;
  /** It put something out after its end. */
  late?(value: unknown): void;
  /** What followed on its end threw, so that it may not have been told: the stack is full. */
  endLost(thrown: unknown): void;
  /** Everything that held the child has settled. */
  released(): void;
}

/** A run inside a child, in a list of all such. */
export interface Inner {
  earlier: Inner | undefined;
  later: Inner | undefined;
  /** Ends it, and takes it out of the list. */
  abandon(): void;
}

/**
 * The connection to a running agent: what its Observable is subscribed with, a subscriber in RxJS's sense by its shape. Unlike RxJS's own
 * it counts what comes after the end, keeps a throwing teardown out of the producer's `complete()`, knows whether the child has really
 * stopped, and costs an idle child nothing but itself.
 */
export class Child implements Receiver, Unsubscribable {
  closed = false;
  /** Outputs that came after the end. */
  late = 0;
  private holds = 0;
  /** Most have one teardown, and that needs no list. */
  private declare teardown?: Exclude<TeardownLogic, void> | undefined;
  private declare others?: Subscription | undefined;
  private declare controller?: AbortController;
  /** Set when the child was stopped before its end: what its signal says. */
  declare reason?: () => unknown;
  /** The child inside which this one runs: it has not stopped before this one has. */
  declare outer?: Child | undefined;
  /** The latest of the runs inside this one. Those that its own teardown does not end, end behind it. */
  declare inner?: Inner | undefined;
  private connecting = false;
  private declare connected?: () => void;

  constructor(readonly sink: ChildSink) {}

  get isStopped(): boolean { return this.holds === 0; }

  /** Made on first read. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.reason !== undefined) this.controller.abort(this.reason());
    }
    return this.controller.signal;
  }

  /** Calls the agent and connects to what it answers. */
  connect(call: () => unknown): void {
    this.connecting = true;
    this.hold();
    try {
      connect(call(), this);
    } catch (thrown) {
      this.error(thrown);
    }
    this.connecting = false;
    this.connected?.();
    this.release();
  }

  /** Does something when the child's teardown is known: of a child that ends inside its own subscribe, when that is over. */
  whenConnected(work: () => void): void {
    if (this.connecting) this.connected = work;
    else work();
  }

  next(value: unknown): void {
    if (this.closed) this.lateCame(value);
    else this.sink.next(value);
  }

  error(thrown: unknown): void {
    if (this.closed) this.lateCame();
    this.#say(() => { this.sink.error(thrown); });
  }

  complete(): void { this.#say(() => { this.sink.complete(); }); }

  /** Closes the child before its end and aborts its signal. */
  stop(reason: () => unknown): void {
    let made: unknown;
    // Known before anything is torn down: what runs inside this child stops for the same reason.
    this.reason = () => made ??= reason();
    this.unsubscribe();
    this.controller?.abort(this.reason());
  }

  hold(): void {
    this.holds += 1;
    this.outer?.hold();
  }

  release(): void {
    this.holds -= 1;
    this.outer?.release();
    if (this.holds === 0) this.sink.released();
  }

  /** Holds until something completes or settles, however it ends. */
  holdUntil(until: ObservableInput<unknown>): void {
    const waited = from(until);
    this.hold();
    // eslint-disable-next-line rxjs-x/no-ignored-subscription -- it lives as long as what it waits for
    waited.pipe(finalize(() => { this.release(); })).subscribe({ error: () => undefined });
  }

  add(teardown: TeardownLogic): void {
    if (!teardown) return;
    if (this.teardown === undefined) this.teardown = teardown;
    else (this.others ??= new Subscription()).add(teardown);
    if (this.closed && this.connected === undefined) this.unsubscribe();
  }

  remove(teardown: Exclude<TeardownLogic, void>): void {
    if (this.teardown === teardown) this.teardown = undefined;
    else this.others?.remove(teardown);
  }

  unsubscribe(): void {
    this.closed = true;
    const { teardown, others } = this;
    if (teardown !== undefined) this.teardown = undefined;
    if (others !== undefined) this.others = undefined;
    try {
      this.tearDown(teardown);
    } finally {
      this.tearDown(others);
    }
    while (this.inner !== undefined) this.inner.abandon();
  }

  private tearDown(one: TeardownLogic): void {
    try {
      if (typeof one === 'function') one();
      else if (one) one.unsubscribe();
    } catch (thrown) {
      this.sink.teardownFailed(thrown);
    }
  }

  private lateCame(value?: unknown): void {
    this.late += 1;
    if (this.outer !== undefined) this.outer.lateCame(value);
    else if (value !== undefined) this.sink.late?.(value);
  }

  #say(end: () => void): void {
    if (this.closed) return;
    this.closed = true;
    try {
      end();
    } catch (thrown) {
      // There was no room on the stack for the end: where there is, it comes to that all the same.
      queueMicrotask(() => { this.sink.endLost(thrown); });
    }
  }
}
