/*
 * Read by the compiler only: what is inferred, and what is an error. A line without its expected error, or with another type, fails
 * `npm run types`.
 */
import { from, interval, lastValueFrom, map, NEVER, of, type Observable, type SchedulerLike } from 'rxjs';
import {
  collect, createSession, delegated, fromAsync, line, lines, outcome, preview, result, run, step, text, tool, usage, within,
  type Agent, type AgentContext, type AgentOutput, type AsyncAgentContext, type Brief, type Ending, type Task, type TaskEvent,
} from 'sidestream';
import type { Equal, Expect } from './support/equal.js';

interface Report { readonly pages: number }
interface Search extends Brief { readonly pattern: RegExp }

const session = createSession();
const brief = { goal: 'be typed' };

// Agents: a plain function is one, whatever RxJS takes comes back.

const ofLines: Agent = () => ['a', line('b'), text('c'), step(), tool('grep', 'started'), usage({ inputTokens: 1, outputTokens: 1 })];
const ofPromise: Agent = async () => 'a';
const ofGenerator: Agent = async function* () { yield 'a'; };
const ofObservable: Agent<number> = () => interval(1).pipe(map((n) => result(n)));
const ofReport: Agent<Report> = () => [line('a'), result({ pages: 1 })];
const withBrief: Agent<string, Search> = ({ goal, pattern }) => [goal, pattern.source];
const withAll: Agent = (given, steering, context) => {
  type _Brief = Expect<Equal<typeof given, Brief>>;
  type _Steering = Expect<Equal<typeof steering, Observable<string>>>;
  type _Context = Expect<Equal<typeof context, AgentContext>>;
  return steering;
};

// @ts-expect-error -- a number is no output
const ofNumbers: Agent = () => [1, 2];
// @ts-expect-error -- an output has one of the known types
const ofUnknown: Agent = () => [{ type: 'shout', text: 'a' }];
// @ts-expect-error -- a result is of the agent's own type
const ofWrongResult: Agent<Report> = () => [result('a')];
// @ts-expect-error -- a plain string is the result of a string agent only by its last line; a Report must be said by result()
const ofWrongPromise: Agent<Report> = async () => ({ pages: 1 });
// @ts-expect-error -- nothing is no answer
const ofNothing: Agent = () => undefined;
// @ts-expect-error -- its brief has no such field
const ofMissingField: Agent = ({ pattern }) => [String(pattern)];

// Outputs

const printed: readonly AgentOutput<never>[] = [
  line('a'), text('b'), step(), tool('grep', 'ended'), usage({ inputTokens: 1, outputTokens: 1 }),
];
const toReport: AgentOutput<Report> = line('fits any agent');
const valued = result({ pages: 1 });
type _Valued = Expect<Equal<typeof valued.value, { pages: number }>>;
const asOutput: AgentOutput<Report> = valued;
// @ts-expect-error -- a tool is started or ended
tool('grep', 'paused');
// @ts-expect-error -- usage has both kinds of tokens
usage({ inputTokens: 1 });
// @ts-expect-error -- a line is words
line(5);

// run

const running = run(ofReport, brief);
type _Running = Expect<Equal<typeof running, Observable<AgentOutput<Report>>>>;
const ran = running.pipe(result());
type _Ran = Expect<Equal<typeof ran, Observable<Report>>>;
const ended = running.pipe(outcome());
type _Ended = Expect<Equal<typeof ended, Observable<Ending<Report>>>>;
const said = running.pipe(lines());
type _Said = Expect<Equal<typeof said, Observable<string>>>;
const shown = running.pipe(preview(3));
type _Shown = Expect<Equal<typeof shown, Observable<readonly string[]>>>;
const inTime = running.pipe(within(5));
type _InTime = Expect<Equal<typeof inTime, Observable<AgentOutput<Report>>>>;

run(withBrief, { goal: 'search', pattern: /a/ }, { steering: of('a') });
run(withBrief, { goal: 'search', pattern: /a/ }, { steering: from(['a']) });
// @ts-expect-error -- the brief lacks what the agent's own has
run(withBrief, { goal: 'search' });
// @ts-expect-error -- a field of the brief has another type
run(withBrief, { goal: 'search', pattern: 'a' });
// @ts-expect-error -- a brief has a goal
run(ofLines, { context: 'fast' });
// @ts-expect-error -- steering is words
run(ofLines, brief, { steering: of(1) });
// @ts-expect-error -- there is no such option
run(ofLines, brief, { timeout: 5 });

// Inside a task

const inside = session.delegate((given: Brief, _steering: Observable<string>, context: AgentContext) =>
  context.run(ofReport, given), brief);
type _Inside = Expect<Equal<typeof inside, Task<Report>>>;
const insideInline = session.delegate((given: Brief, _steering: Observable<string>, context: AgentContext) =>
  context.run(() => [result(5)], given), brief);
type _InsideInline = Expect<Equal<typeof insideInline, Task<number>>>;
const insideAsync = fromAsync(async (given, context) => {
  type _Slept = Expect<Equal<ReturnType<typeof context.sleep>, Promise<void>>>;
  type _Clock = Expect<Equal<typeof context.scheduler, SchedulerLike>>;
  return lastValueFrom(context.run(ofReport, given).pipe(result()));
});
type _InsideAsync = Expect<Equal<typeof insideAsync, Agent<Report>>>;
const wrapping = <R>(agent: Agent<R>): Agent<R> => (given, steering, context) => context.run(agent, given, { steering });
type _Wrapping = Expect<Equal<ReturnType<typeof wrapping<Report>>, Agent<Report>>>;
const insideAll: Agent<Report> = (given, _steering, context) => {
  context.run(withBrief, { goal: 'search', pattern: /a/ }, { steering: of('a', { text: 'b' }, { text: 'c', key: 'k' }) });
  // @ts-expect-error -- the brief lacks what the agent's own has
  context.run(withBrief, given);
  // @ts-expect-error -- a message has words
  context.run(ofLines, given, { steering: of({ key: 'k' }) });
  // @ts-expect-error -- a task is no agent
  context.run(inside, given);
  // @ts-expect-error -- what it puts out has no Report
  const wrong: ReturnType<Agent<Report>> = context.run(() => [result('a')], given);
  return wrong;
};

// A task that ends with its subscription

const delegatedTask = delegated(session, ofReport, brief, { reason: 'lost', name: 'a' });
type _Delegated = Expect<Equal<typeof delegatedTask, Observable<TaskEvent<Report>>>>;
const delegatedResult = delegated(session, () => [result(5)], brief).pipe(result());
type _DelegatedResult = Expect<Equal<typeof delegatedResult, Observable<number>>>;
// @ts-expect-error -- there is no such option
delegated(session, ofLines, brief, { timeout: 5 });
// @ts-expect-error -- a task starts no others from outside
delegated(inside, ofLines, brief);

// delegate

const task = session.delegate(ofReport, brief);
type _Task = Expect<Equal<typeof task, Task<Report>>>;
const plain = session.delegate(ofLines, brief);
type _Plain = Expect<Equal<typeof plain, Task<string>>>;
const inline = session.delegate(() => [result({ pages: 1 })], brief);
type _Inline = Expect<Equal<typeof inline, Task<{ pages: number }>>>;
const mixed = session.delegate(() => [line('a'), 'b', result({ pages: 1 }), step()], brief);
type _Mixed = Expect<Equal<typeof mixed, Task<{ pages: number }>>>;
const printing = session.delegate(() => ['a', line('b')], brief);
type _Printing = Expect<Equal<typeof printing, Task<string>>>;
const promised = session.delegate(async () => 'a', brief);
type _Promised = Expect<Equal<typeof promised, Task<string>>>;
const promisedStream = session.delegate(async () => of('a', result(42)), brief);
type _PromisedStream = Expect<Equal<typeof promisedStream, Task<number>>>;
const promisedLines = session.delegate(fromAsync(async () => of('a')), brief);
type _PromisedLines = Expect<Equal<typeof promisedLines, Task<string>>>;
const promisedList = session.delegate(async () => [1, 2], brief);
type _PromisedList = Expect<Equal<typeof promisedList, Task<number[]>>>;
const observed = session.delegate(() => interval(1).pipe(map((n) => result(n))), brief);
type _Observed = Expect<Equal<typeof observed, Task<number>>>;
session.delegate(withBrief, { goal: 'search', pattern: /a/ });
session.delegate(({ pattern }: Search) => [pattern.source], { goal: 'search', pattern: /a/ });
session.delegate(ofLines, brief, { name: 'a', detached: true, deadline: 1, idleTimeout: 1, signal: new AbortController().signal });
session.delegate(ofLines, brief, { name: undefined });
// @ts-expect-error -- the brief lacks what the agent's own has
session.delegate(withBrief, brief);
// @ts-expect-error -- a brief has a goal
session.delegate(ofLines, {});
// @ts-expect-error -- a goal is words
session.delegate(ofLines, { goal: 5 });
// @ts-expect-error -- there is no such option
session.delegate(ofLines, brief, { nmae: 'a' });
// @ts-expect-error -- null is not left out
session.delegate(ofLines, brief, { deadline: null });

// A task, read

const collected = collect(task);
type _Collected = Expect<Equal<typeof collected, Promise<Report>>>;
const fromEvents = collect(task.events);
type _FromEvents = Expect<Equal<typeof fromEvents, Promise<Report>>>;
const asInput = from(task);
type _AsInput = Expect<Equal<typeof asInput, Observable<TaskEvent<Report>>>>;
const taskResult = task.events.pipe(result());
type _TaskResult = Expect<Equal<typeof taskResult, Observable<Report>>>;
const taskOutcome = task.events.pipe(outcome());
type _TaskOutcome = Expect<Equal<typeof taskOutcome, Observable<Ending<Report>>>>;
const taskLines = task.events.pipe(lines());
type _TaskLines = Expect<Equal<typeof taskLines, Observable<string>>>;
const anyTask: Task = task;
const found: Task | undefined = session.get('a');

collect(task, { timeout: 5, signal: new AbortController().signal });
// @ts-expect-error -- there is no such option
collect(task, { timeuot: 5 });
// @ts-expect-error -- a run is no task: it is collected by lastValueFrom(run(…).pipe(result()))
collect(running);
// @ts-expect-error -- a task has no then
task.then;
// @ts-expect-error -- a task of another result
const otherTask: Task<string> = task;

// fromAsync

const asyncPromise = fromAsync(async () => ({ pages: 1 }));
type _AsyncPromise = Expect<Equal<typeof asyncPromise, Agent<{ pages: number }>>>;
const asyncFunction = fromAsync(() => 42);
type _AsyncFunction = Expect<Equal<typeof asyncFunction, Agent<number>>>;
const asyncGenerator = fromAsync(async function* () { yield 'a'; return 42; });
type _AsyncGenerator = Expect<Equal<typeof asyncGenerator, Agent<number>>>;
const generator = fromAsync(function* () { yield 'a'; return 42; });
type _Generator = Expect<Equal<typeof generator, Agent<number>>>;
const asyncBrief = fromAsync(async ({ pattern }: Search) => pattern.source);
type _AsyncBrief = Expect<Equal<typeof asyncBrief, Agent<string, Search>>>;
fromAsync((given, context) => {
  type _Brief = Expect<Equal<typeof given, Brief>>;
  type _Context = Expect<Equal<typeof context, AsyncAgentContext>>;
  return 'done';
});
const asyncTask = session.delegate(fromAsync(async () => ({ pages: 1 })), brief);
type _AsyncTask = Expect<Equal<typeof asyncTask, Task<{ pages: number }>>>;
// @ts-expect-error -- the brief lacks what the agent's own has
session.delegate(asyncBrief, brief);
// @ts-expect-error -- a number is no output
const wrongYield: Agent = fromAsync(async function* () { yield 5; return 'a'; });
fromAsync((_brief, { print, emit }) => {
  emit(step());
  // @ts-expect-error -- a line is words
  print(5);
  // @ts-expect-error -- a result is returned
  emit(result(5));
});

// Delegation from within an agent

const nesting: Agent = (_brief, _steering, { delegate, takeSteering, signal, depth, list, get }) => {
  const child = delegate(ofReport, brief);
  type _Child = Expect<Equal<typeof child, Task<Report>>>;
  type _Taken = Expect<Equal<ReturnType<typeof takeSteering>, readonly string[]>>;
  return NEVER;
};
