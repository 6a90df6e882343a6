/* Read by the compiler only: the result of an agent is what its function really answers. */
import { EMPTY, from, interval, map, NEVER, of, type Observable, type ObservableInput } from 'rxjs';
import {
  collect, createSession, fromAsync, line, result, run, step, text, usage, type Agent, type AgentFunction, type AgentOutput,
  type AsyncAgentAnswer, type Brief, type ResultOf, type Task,
} from 'sidestream';
import type { Equal, Expect } from './support/equal.js';

type Is<T, R> = Equal<T, Task<R>>;

const { delegate } = createSession();
const brief = { goal: 'be typed' };
declare const maybe: boolean;

// Streams: what `result(…)` says somewhere, or else the last line

const printing = delegate(() => ['a', line('b'), text('c'), step(), usage({ inputTokens: 1, outputTokens: 1 })], brief);
type _Printing = Expect<Is<typeof printing, string>>;
const saying = delegate(() => of('a', text('b'), result(5), result({ pages: 1 })), brief);
type _Saying = Expect<Is<typeof saying, number | { pages: number }>>;
const eitherList = delegate(() => maybe ? ['a'] : [result(5)], brief);
type _EitherList = Expect<Is<typeof eitherList, string | number>>;
const silent = delegate(() => NEVER, brief);
type _Silent = Expect<Is<typeof silent, string>>;
const empty = delegate(() => EMPTY, brief);
type _Empty = Expect<Is<typeof empty, string>>;
const literal = delegate(() => [{ type: 'line', text: 'a' }, { type: 'result', value: 5 }], brief);
type _Literal = Expect<Is<typeof literal, number>>;
const input = delegate((): ObservableInput<string> => ['a'], brief);
type _Input = Expect<Is<typeof input, string>>;
const set = delegate(() => new Set(['a', 'b']), brief);
type _Set = Expect<Is<typeof set, string>>;

// Generators: what they return, or else as streams

const returning = delegate(async function* () { yield 'a'; return 42; }, brief);
type _Returning = Expect<Is<typeof returning, number>>;
const returningAtOnce = delegate(function* () { yield 'a'; return 42; }, brief);
type _ReturningAtOnce = Expect<Is<typeof returningAtOnce, number>>;
const yielding = delegate(async function* () { yield 'a'; yield result(42); }, brief);
type _Yielding = Expect<Is<typeof yielding, number>>;
const yieldingAtOnce = delegate(function* () { yield 'a'; yield text('b'); }, brief);
type _YieldingAtOnce = Expect<Is<typeof yieldingAtOnce, string>>;
const leaving = delegate(async function* () { yield 'a'; yield result(42); if (maybe) return; return { pages: 1 }; }, brief);
type _Leaving = Expect<Is<typeof leaving, number | { pages: number }>>;
const iterating = delegate((): AsyncIterableIterator<string> => (async function* () { yield 'a'; })(), brief);
type _Iterating = Expect<Is<typeof iterating, string>>;

// Promises: an output, a string, or whatever is neither

const promisedText = delegate(async () => 'a', brief);
type _PromisedText = Expect<Is<typeof promisedText, string>>;
const promisedNumber = delegate(async () => 42, brief);
type _PromisedNumber = Expect<Is<typeof promisedNumber, number>>;
const promisedData = delegate(async () => ({ rows: [1] }), brief);
type _PromisedData = Expect<Is<typeof promisedData, { rows: number[] }>>;
const promisedList = delegate(async () => [1, 2], brief);
type _PromisedList = Expect<Is<typeof promisedList, number[]>>;
const promisedOutput = delegate(async () => maybe ? text('a') : result({ pages: 1 }), brief);
type _PromisedOutput = Expect<Is<typeof promisedOutput, string | { pages: number }>>;
const promisedNothing = delegate(async (_brief, _steering, { emit }) => { emit('a'); }, brief);
type _PromisedNothing = Expect<Is<typeof promisedNothing, string>>;
const promisedMaybe = delegate(async (): Promise<number | undefined> => 5, brief);
type _PromisedMaybe = Expect<Is<typeof promisedMaybe, string | number>>;
const rejecting = delegate(async () => { throw new Error('no'); }, brief);
type _Rejecting = Expect<Is<typeof rejecting, string>>;
const promisedOfAny = delegate(async (): Promise<ReturnType<typeof JSON.parse>> => 5, brief);
type _PromisedOfAny = Expect<Is<typeof promisedOfAny, unknown>>;

// At once

const number = delegate(() => 42, brief);
type _Number = Expect<Is<typeof number, number>>;
const data = delegate(() => ({ rows: [1], length: 'long' }), brief);
type _Data = Expect<Is<typeof data, { rows: number[]; length: string }>>;
const nothing = delegate(() => null, brief);
type _Nothing = Expect<Is<typeof nothing, null>>;
const date = delegate(() => new Date(), brief);
type _Date = Expect<Is<typeof date, Date>>;
const said = delegate(() => result(5), brief);
type _Said = Expect<Is<typeof said, number>>;
const eitherWay = delegate(({ goal }) => maybe ? goal : Promise.resolve(5), brief);
type _EitherWay = Expect<Is<typeof eitherWay, string | number>>;

// @ts-expect-error -- a number is no output, so it cannot be put out
delegate(() => [1, 2], brief);
// @ts-expect-error -- a number is no output, so it cannot be put out
delegate(() => of(1, 2), brief);
// @ts-expect-error -- bytes are a stream of numbers
delegate(() => new Uint8Array(2), brief);
// @ts-expect-error -- a number is no output, so it cannot be put out
delegate(async function* () { yield 5; }, brief);
// @ts-expect-error -- a number is no output, so it cannot be put out
delegate(function* () { yield 5; return 'a'; }, brief);
// @ts-expect-error -- the events of a task are no outputs
delegate(() => printing.events, brief);
// @ts-expect-error -- an output has one of the known types
delegate(() => [{ type: 'shout', text: 'a' }], brief);
// @ts-expect-error -- nothing is no answer
delegate(() => undefined, brief);

// Explicit types are taken at their word

declare const ofNumber: Agent<number>;
declare const ofText: Agent;
declare const ofEither: Agent<number> | Agent;
const annotated = delegate(ofNumber, brief);
type _Annotated = Expect<Is<typeof annotated, number>>;
const ofChoice = delegate(maybe ? ofNumber : ofText, brief);
type _OfChoice = Expect<Is<typeof ofChoice, string | number>>;
const ofUnion = delegate(ofEither, brief);
type _OfUnion = Expect<Is<typeof ofUnion, string | number>>;
const told = delegate<number>(() => [result(5)], brief);
type _Told = Expect<Is<typeof told, number>>;
// @ts-expect-error -- the result is of the type that was told
delegate<number>(() => [result('a')], brief);
declare const ofAnything: AgentFunction;
const anything = delegate(ofAnything, brief);
type _Anything = Expect<Is<typeof anything, unknown>>;
type _ResultOf = Expect<Equal<[ResultOf<Agent<Date>>, ResultOf<() => Promise<Date>>], [Date, Date]>>;

async function generic<R, B extends Brief>(agent: Agent<R, B>, its: B): Promise<R> {
  const task: Task<R> = delegate(agent, its);
  const running: Observable<AgentOutput<R>> = run(agent, its);
  return collect(task);
}

// A brief that is known by its value alone

const byBrief = delegate(({ goal, depth }) => [goal, result(depth)], { goal: 'dig', depth: 5 });
type _ByBrief = Expect<Is<typeof byBrief, number>>;
const byBriefLater = delegate(async ({ depth }, steering, { signal }) => ({ depth, steering, signal }), { goal: 'dig', depth: 5 });
type _ByBriefLater = Expect<Is<typeof byBriefLater, { depth: number; steering: Observable<string>; signal: AbortSignal }>>;

// run infers as delegate does

const running = run(async function* () { yield 'a'; return 42; }, brief);
type _Running = Expect<Equal<typeof running, Observable<AgentOutput<number>>>>;
const runningData = run(async () => ({ rows: 1 }), brief);
type _RunningData = Expect<Equal<typeof runningData, Observable<AgentOutput<{ rows: number }>>>>;
// @ts-expect-error -- a number is no output, so it cannot be put out
run(() => interval(1), brief);

// fromAsync: whatever is returned is the result

const asyncNothing = fromAsync(async (_brief, { print }) => { print('a'); });
type _AsyncNothing = Expect<Equal<typeof asyncNothing, Agent>>;
const plainNothing = fromAsync((_brief, { print }) => { print('a'); });
type _PlainNothing = Expect<Equal<typeof plainNothing, Agent>>;
const asyncMaybe = fromAsync(async () => { if (maybe) return 5; return undefined; });
type _AsyncMaybe = Expect<Equal<typeof asyncMaybe, Agent<string | 5>>>;
const asyncYielding = fromAsync(async function* () { yield 'a'; yield result(42); });
type _AsyncYielding = Expect<Equal<typeof asyncYielding, Agent<number>>>;
const asyncPrinting = fromAsync(function* () { yield 'a'; });
type _AsyncPrinting = Expect<Equal<typeof asyncPrinting, Agent>>;
const asyncList = fromAsync(() => [1, 2]);
type _AsyncList = Expect<Equal<typeof asyncList, Agent<number[]>>>;
const asyncPage = fromAsync(async () => ({ rows: [1], next: 'page 2', then: 'stop' }));
type _AsyncPage = Expect<Equal<typeof asyncPage, Agent<{ rows: number[]; next: string; then: string }>>>;
const asyncOutput = fromAsync(async () => line('as it is'));
type _AsyncOutput = Expect<Equal<typeof asyncOutput, Agent<ReturnType<typeof line>>>>;
const asyncTold = fromAsync<number>(async () => 5);
type _AsyncTold = Expect<Equal<typeof asyncTold, Agent<number>>>;
const asyncAnnotated = fromAsync((): AsyncAgentAnswer<number> => 5);
type _AsyncAnnotated = Expect<Equal<typeof asyncAnnotated, Agent<number>>>;
// @ts-expect-error -- a number is no output, so it cannot be put out
fromAsync(async function* () { yield 5; return 'a'; });
// @ts-expect-error -- a number is no output, so it cannot be put out
fromAsync(function* () { yield 5; });
// @ts-expect-error -- the result is of the type that was told
fromAsync<number>(async () => 'a');
