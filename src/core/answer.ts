import type { Observable, ObservableInput, ReadableStreamLike } from 'rxjs';
import type { AgentOutput, LineOutput } from './output.js';
import type { ResultIn } from './resultIn.js';
import type { StandardSchema } from './standardSchema.js';

/**
 * What an agent may answer: a stream of outputs and strings, a promise, or at once what it has found. What a promise resolves with, and
 * what is answered at once, is the result where it is neither an output nor a string; a string is printed.
 */
export type AgentAnswer = ObservableInput<AgentOutput<unknown> | string> | PromiseLike<unknown> | Value | null;

/** Anything but a stream: what RxJS would subscribe to must put out outputs and strings. */
interface Value {
  valueOf(): unknown;
  readonly subscribe?: never;
  readonly getReader?: never;
  readonly length?: string | boolean | object | null;
  readonly [Symbol.observable]?: never;
  readonly [Symbol.iterator]?: never;
  readonly [Symbol.asyncIterator]?: never;
}

/** What an agent made with `fromAsync` may answer: whatever is no generator is the result. */
export type AsyncAnswer =
  | AsyncIterable<AgentOutput<unknown> | string>
  | Generator<AgentOutput<unknown> | string>
  | PromiseLike<unknown>
  | AsyncValue | null | undefined | void;

type AsyncValue = { valueOf(): unknown; readonly [Symbol.asyncIterator]?: never }
  & ({ readonly next?: never } | { readonly [Symbol.iterator]?: never });

/**
 * The result of an agent, from what its function answers. Where it says `result(…)` somewhere, that is the result; otherwise what it
 * returns; otherwise what it printed last. A function that is annotated as `Agent<R>` is taken at its word, also where it only prints. What
 * an agent's own property `resultSchema` makes of it comes before all that.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the function is given
export type ResultOf<F extends (...given: any) => unknown> =
  F extends { readonly resultSchema: StandardSchema<infer R> } ? R
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
    : F extends (...given: any) => infer A ? OfWhole<A> : never;

/** The same, where a schema may say of one task what its result is. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export type ResultBy<F extends (...given: any) => unknown, S> =
  S extends StandardSchema<infer R> ? unknown extends R ? ResultOf<F> : R : ResultOf<F>;

/** An annotation names the whole of what RxJS takes, no function's own type does. */
type OfWhole<A> =
  IsAny<A> extends true ? unknown
    : [A] extends [never] ? string
      : [A] extends [ObservableInput<infer T>] ? ObservableInput<never> extends A ? OfStream<T> : OfAnswer<A>
        : OfAnswer<A>;

type OfAnswer<A> =
  A extends string ? A
    : A extends AsyncGenerator<infer T, infer V, never> | Generator<infer T, infer V, never> ? OfGenerator<T, V>
      : A extends PromiseLike<infer V> ? OfPromised<V>
        : A extends ObservableInput<infer T> ? OfStream<T>
          : OfValue<A>;

/** A promise of a stream is that stream; a list in a promise is a value. */
type OfPromised<V> =
  IsAny<V> extends true ? unknown
    : [V] extends [never] ? string
      : V extends AsyncGenerator<infer T, infer W, never> ? OfGenerator<T, W>
        : V extends OnlyStream<infer T> ? OfStream<T>
          : OfValue<V>;

type OnlyStream<T> = Observable<T> | AsyncIterable<T> | ReadableStreamLike<T>;

/** Of one value, answered at once or by a promise. */
type OfValue<V> =
  IsAny<V> extends true ? unknown
    : [V] extends [never] ? string
      : V extends undefined | void ? string
        : V extends { readonly type: 'result'; readonly value: infer R } ? R
          : V extends { readonly type: AgentOutput['type'] } ? string
            : V;

/** The result of an agent that was made with `fromAsync` of a function that answers `A`: nothing that it returns is read as an output. */
export type AsyncResultOf<A> =
  IsAny<A> extends true ? unknown
    : [A] extends [never] ? string
      : A extends AsyncGenerator<infer T, infer V, never> | Generator<infer T, infer V, never> ? OfGenerator<T, V>
        : A extends OnlyStream<infer T> ? OfStream<T>
          : A extends PromiseLike<infer V> ? OfAsync<V>
            : OrLastLine<A>;

type OfAsync<V> =
  IsAny<V> extends true ? unknown
    : V extends AsyncGenerator<infer T, infer W, never> ? OfGenerator<T, W>
      : V extends OnlyStream<infer T> ? OfStream<T>
        : OrLastLine<V>;

type OrLastLine<V> = IsAny<V> extends true ? unknown : [V] extends [never] ? string : V extends undefined | void ? string : V;

/** Of a generator: what it returns, and where it may return nothing, of what it yields. */
type OfGenerator<T, V> =
  IsAny<V> extends true ? OfStream<T>
    : [V] extends [never] ? OfStream<T>
      : V extends undefined | void ? OfStream<T> : V;

/** A stream may hold no line, but the last line is its result where nothing else is said. */
type OfStream<T> = ResultIn<T | LineOutput>;

type IsAny<T> = 0 extends 1 & T ? true : false;
