/* Read by the compiler only: the types of the operators follow the event, whatever operator stands in between. */
import {
  concat, delay, distinctUntilChanged, EMPTY, filter, forkJoin, from, map, merge, mergeMap, of, share, take, takeUntil, tap, timer, toArray,
  type Observable,
} from 'rxjs';
import {
  collect, createSession, isOutcome, line, lines, outcome, outcomes, preview, result, run, untilAborted, within,
  type AgentOutput, type Ending, type Outcome, type Task, type TaskEvent,
} from 'sidestream';
import type { Equal, Expect } from './support/equal.js';

declare const numTask: Task<number>;
declare const strTask: Task<string>;
declare const anyTask: Task;
declare const oneOf: Task<number> | Task<string>;
declare const recording: readonly TaskEvent<number>[];
declare const unknownRecording: TaskEvent[];
declare const signal: AbortSignal;
const { events } = numTask;
const brief = { goal: 'be typed' };

type Emits<T, V> = Equal<T, Observable<V>>;
type Promises<T, V> = Equal<T, Promise<V>>;

// collect, with anything in between

const within5 = collect(events.pipe(within(5)));
type _Within = Expect<Promises<typeof within5, number>>;
const aborted = collect(events.pipe(untilAborted(signal)));
type _Aborted = Expect<Promises<typeof aborted, number>>;
const taken = collect(events.pipe(takeUntil(timer(5))));
type _Taken = Expect<Promises<typeof taken, number>>;
const shared = collect(events.pipe(share()));
type _Shared = Expect<Promises<typeof shared, number>>;
const delayed = collect(events.pipe(delay(5)), { timeout: 5 });
type _Delayed = Expect<Promises<typeof delayed, number>>;
const tapped = collect(events.pipe(tap(({ seq, type }) => [seq, type]), tap({ next: ({ at }) => at })));
type _Tapped = Expect<Promises<typeof tapped, number>>;
const chained = collect(events.pipe(tap(), delay(1), share(), distinctUntilChanged(), untilAborted(signal), within(5)));
type _Chained = Expect<Promises<typeof chained, number>>;
const filtered = collect(events.pipe(filter(({ type }) => type !== 'line')));
type _Filtered = Expect<Promises<typeof filtered, number>>;
const ending = collect(events.pipe(filter(isOutcome)));
type _Ending = Expect<Promises<typeof ending, number>>;
const merged = collect(merge(numTask, strTask));
type _Merged = Expect<Promises<typeof merged, number | string>>;
const mapped = collect(from([numTask, strTask]).pipe(mergeMap((task) => task)));
type _Mapped = Expect<Promises<typeof mapped, number | string>>;
const ofOne = collect(oneOf);
type _OfOne = Expect<Promises<typeof ofOne, number | string>>;
const ofAny = collect(anyTask);
type _OfAny = Expect<Promises<typeof ofAny, unknown>>;
const recorded = collect(recording);
type _Recorded = Expect<Promises<typeof recorded, number>>;
const recordedLater = collect(from(recording).pipe(delay(1)));
type _RecordedLater = Expect<Promises<typeof recordedLater, number>>;
const told = collect<number>(numTask);
type _Told = Expect<Promises<typeof told, number>>;
// @ts-expect-error -- what was told is not what the task has
collect<string>(numTask);
// @ts-expect-error -- lines are no events any more
collect(events.pipe(lines()));
// @ts-expect-error -- a run is no task, in whatever order it is asked
collect(run(() => ['a'], brief).pipe(within(5)));

// outcomes

const both = outcomes([numTask, strTask]);
type _Both = Expect<Emits<typeof both, Outcome<number | string>>>;
const alike = outcomes([numTask, numTask]);
type _Alike = Expect<Emits<typeof alike, Outcome<number>>>;
const inTime = outcomes([numTask, strTask.events.pipe(within(5)), recording]);
type _InTime = Expect<Emits<typeof inTime, Outcome<number | string>>>;
const started = outcomes([1, 2].map((n) => createSession().delegate(() => [result(n)], brief)));
type _Started = Expect<Emits<typeof started, Outcome<number>>>;
const first = outcomes([numTask, strTask]).pipe(take(1), map((each) => each.type === 'completed' ? each.result : each.taskId));
type _First = Expect<Emits<typeof first, number | string>>;
const all = outcomes([numTask, strTask]).pipe(toArray());
type _All = Expect<Emits<typeof all, Outcome<number | string>[]>>;
const together = forkJoin([numTask.events.pipe(result()), strTask.events.pipe(result())]);
type _Together = Expect<Emits<typeof together, [number, string]>>;
// @ts-expect-error -- a run is no task
outcomes([run(() => ['a'], brief)]);

// lines, preview, outcome and result: tasks of different results

const mergedLines = merge(numTask, strTask).pipe(lines());
type _MergedLines = Expect<Emits<typeof mergedLines, string>>;
const mergedPreview = merge(numTask, strTask).pipe(preview());
type _MergedPreview = Expect<Emits<typeof mergedPreview, readonly string[]>>;
const mergedOutcome = merge(numTask, strTask).pipe(outcome());
type _MergedOutcome = Expect<Emits<typeof mergedOutcome, Ending<number | string>>>;
const mergedResult = merge(numTask, strTask, recording).pipe(within(5), share(), result());
type _MergedResult = Expect<Emits<typeof mergedResult, number | string>>;
const concatenated = concat(numTask, strTask).pipe(tap(), result());
type _Concatenated = Expect<Emits<typeof concatenated, number | string>>;
const ofSession = createSession().events.pipe(filter(({ taskId }) => taskId === 'a'), result());
type _OfSession = Expect<Emits<typeof ofSession, unknown>>;
const never = events.pipe(filter((event) => event.type === 'line'), result());
type _Never = Expect<Emits<typeof never, never>>;

// Runs

const running = run(() => ['a', result(5)], brief);
const runLines = running.pipe(delay(1), lines());
type _RunLines = Expect<Emits<typeof runLines, string>>;
const runResult = running.pipe(within(5), untilAborted(signal), share(), result());
type _RunResult = Expect<Emits<typeof runResult, number>>;
const runOutcome = running.pipe(tap(), outcome());
type _RunOutcome = Expect<Emits<typeof runOutcome, Ending<number>>>;
const runsMerged = merge(running, run(async () => ({ rows: 1 }), brief)).pipe(outcome());
type _RunsMerged = Expect<Emits<typeof runsMerged, Ending<number | { rows: number }>>>;
const runPrinted = running.pipe(filter((output) => output.type === 'line'), result());
type _RunPrinted = Expect<Emits<typeof runPrinted, string>>;
const runAndTask = merge(running, strTask).pipe(lines());
type _RunAndTask = Expect<Emits<typeof runAndTask, string>>;
const madeByHand = of(line('a'), result(5)).pipe(result());
type _MadeByHand = Expect<Emits<typeof madeByHand, number>>;
const nothing = (EMPTY as Observable<AgentOutput>).pipe(result());
type _Nothing = Expect<Emits<typeof nothing, string>>;

// Recorded events

const replayed = from(recording).pipe(lines());
type _Replayed = Expect<Emits<typeof replayed, string>>;
const replayedResult = from(recording).pipe(result());
type _ReplayedResult = Expect<Emits<typeof replayedResult, number>>;
const replayedOutcome = from(unknownRecording).pipe(outcome());
type _ReplayedOutcome = Expect<Emits<typeof replayedOutcome, Ending>>;
const replayedPreview = from(unknownRecording).pipe(delay(1), preview(3));
type _ReplayedPreview = Expect<Emits<typeof replayedPreview, readonly string[]>>;

// isOutcome

const outcomesOnly = merge(numTask, strTask).pipe(filter(isOutcome));
type _OutcomesOnly = Expect<Emits<typeof outcomesOnly, Outcome<number> | Outcome<string>>>;

// In generic code

function generic<R>(task: Task<R>, several: readonly Task<R>[]) {
  const one: Promise<R> = collect(task);
  const late: Promise<R> = collect(task.events.pipe(within(5)));
  const value: Observable<R> = task.events.pipe(result());
  const end: Observable<Ending<R>> = task.events.pipe(outcome());
  const ends: Observable<Outcome<R>> = outcomes(several);
  const printed: Observable<string> = merge(...several).pipe(lines());
  return [one, late, value, end, ends, printed];
}

// What is neither a run nor a task

// @ts-expect-error -- numbers have no lines
of(1, 2).pipe(lines());
// @ts-expect-error -- strings have no result
of('a').pipe(result());
// @ts-expect-error -- strings have no outcome
of('a').pipe(outcome());
// @ts-expect-error -- tasks are no events: merge them first
of(numTask, strTask).pipe(preview());
