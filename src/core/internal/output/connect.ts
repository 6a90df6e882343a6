import type { ObservableInput, Observer } from 'rxjs';
import { asyncScheduler, from } from '../../rx.js';
import { A_STREAM, isOnlyStream } from '../../check.js';
import { result } from '../../output.js';
import { passes } from '../../passes.js';
import { asOutput } from './readOutput.js';

/** Milliseconds that an async iterable may keep the event loop to itself. */
const TURN = 8;

/** What an agent's answer is connected to. */
export interface Receiver extends Observer<unknown> {
  readonly closed: boolean;
  /** Takes what stops the work. */
  add(teardown: () => void): void;
  /** Counts work that must settle before the child has really stopped, and out again. */
  hold(): void;
  release(): void;
}

/**
 * Subscribes a child to whatever its agent answered. Beyond what RxJS's `from` does: a string is one output and not its characters, what
 * is no stream is the result, a promise is held until it settles, also one of a stream, what a generator returns is the result, and an
 * async iterable is ended by its `return()`, also while it is pending, and cannot starve the event loop.
 */
export function connect(answer: unknown, child: Receiver): void {
  const given = Object(answer) as Partial<PromiseLike<unknown> & AsyncIterable<unknown> & Record<'subscribe' | 'next', unknown>>;
  if (answer === undefined) {
    throw new TypeError('The agent returned undefined. Let it return what it puts out: a stream, a promise or its result.');
  } else if (!passes(answer, A_STREAM[0])) {
    give(answer, child);
  } else if (typeof given.subscribe === 'function') {
    subscribe(answer, child);
  } else if (typeof given.then === 'function') {
    follow(answer as PromiseLike<unknown>, child);
  } else if (Symbol.asyncIterator in given) {
    iterate((answer as AsyncIterable<unknown>)[Symbol.asyncIterator](), child);
  } else {
    subscribe(typeof given.next === 'function' ? withReturned(answer as Generator<unknown, unknown>) : answer, child);
  }
}

function give(value: unknown, child: Receiver): void {
  if (value !== undefined) child.next(asOutput(value));
  child.complete();
}

function* withReturned(generator: Generator<unknown, unknown>): Generator {
  const value = yield* generator;
  if (value !== undefined) yield result(value);
}

function subscribe(answer: unknown, child: Receiver): void {
  // eslint-disable-next-line rxjs-x/no-ignored-subscription -- the child is the subscriber, and unsubscribes itself
  from(answer as ObservableInput<unknown>).subscribe(child);
}

function follow(promise: PromiseLike<unknown>, child: Receiver): void {
  child.hold();
  Promise.resolve(promise).then(
    (value) => {
      if (isOnlyStream(value)) connect(value, child);
      else give(value, child);
      child.release();
    },
    (thrown: unknown) => {
      child.error(thrown);
      child.release();
    },
  );
}

function iterate(iterator: AsyncIterator<unknown, unknown>, child: Receiver): void {
  let finished = false;
  const drain = async (): Promise<void> => {
    let turn = asyncScheduler.now();
    while (!child.closed) {
      const { done, value } = await iterator.next();
      if (done === true) {
        finished = true;
        if (value !== undefined) child.next(result(value));
        child.complete();
        return;
      }
      child.next(value);
      if (asyncScheduler.now() - turn >= TURN) {
        await new Promise<void>((resolve) => { asyncScheduler.schedule(() => { resolve(); }); });
        turn = asyncScheduler.now();
      }
    }
  };
  const drained = drain().catch((thrown: unknown) => {
    finished = true;
    child.error(thrown);
  });
  child.add(() => {
    if (finished) return;
    child.hold();
    // A generator runs its `finally` when what it awaits has settled. Some iterators have no return, and some throw in it.
    void new Promise((resolve) => { resolve(iterator.return?.()); })
      .catch((thrown: unknown) => { child.error(thrown); })
      .then(() => drained)
      .then(() => { child.release(); });
  });
}
