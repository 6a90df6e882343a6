import type { AGUIEvent, Interrupt, ResumeEntry, RunFinishedOutcome } from '@ag-ui/client';
import {
  catchError, concat, concatMap, defer, EMPTY, endWith, finalize, from, ignoreElements, map, merge, mergeMap, NEVER, of, ReplaySubject,
  Subject, take, takeUntil, tap, type Observable, type ObservableInput,
} from 'rxjs';
import type { Delegator } from '../../../core/agent.js';
import { check, type Kind } from '../../../core/check.js';
import { outcome } from '../../../core/operators/outcome.js';
import type { TaskEvent, TaskId } from '../../../core/events.js';
import type { OpenQuestion } from '../../../core/question.js';
import type { Task } from '../../../core/task.js';
import { agUiEvent } from './agUiEvent.js';
import { createBoard } from './createBoard.js';
import { describeError } from './describeError.js';
import { handsOf } from './handsOf.js';
import { interruptOf } from './interruptOf.js';
import { isStream } from './isStream.js';
import { RESUME, resumed, settleIn } from './resumed.js';
import { readRunIds, RUN_IDS, type AgUiRunIds } from './runIds.js';

const A_SCOPE: Kind = [
  (value) => {
    const { events, list } = Object(value) as Partial<Delegator>;
    return typeof list === 'function' && isStream(events);
  },
  "a session or an agent's context",
];

/** How a session is watched as an AG-UI run. */
export interface AgUiSessionOptions extends AgUiRunIds {
  /** Ends the run when this task has ended, or when another stream emits or completes; the tasks go on. @defaultValue the session's end */
  readonly until?: ObservableInput<unknown> | undefined;
  /** The `resume` of the `RunAgentInput` that asked for it: answers to what is asked in the session. */
  readonly resume?: readonly ResumeEntry[] | undefined;
}

/**
 * All tasks of a session, or of a running agent's context, as one AG-UI run.
 *
 * Each task is a subagent of that run, with its messages, tool calls and steps attributed to it, side by side with the others; and the
 * run's state is the list of the tasks with their statuses, ready to be shown: `{ tasks: [{ id, agent, goal, status, … }] }`. Subscribing
 * starts with what is there already, tasks that have ended in the state only. What still runs when the stream ends reads suspended there.
 *
 * A task that asks does not end the run, since the others go on: its `questions` are in the state, and there are `CUSTOM` events
 * (`sidestream.question`, `sidestream.answered`). Where the run ends by `until` while something is asked, its outcome is an interrupt, and
 * the `resume` of a next run answers: `until: session.questions.pipe(filter(({ length }) => length > 0))` stops it for each.
 *
 * ```
 * task a         ──started──line────────completed|
 * task b         ─────started────line──────────────failed|
 * agUiSession()  S─A──────B─TEXT─TEXT───A ends─────B ends──FINISHED|
 * ```
 *
 * ```ts
 * import { filter, map } from 'rxjs';
 * import { createSession } from 'sidestream';
 * import { agUiSession } from 'sidestream/ag-ui';
 *
 * const session = createSession();
 * agUiSession(session).pipe(
 *   map(({ type }) => type as string),
 *   filter((type) => /STATE|SUBAGENT/.test(type)),
 * ).subscribe(console.log); // STATE_SNAPSHOT, STATE_DELTA, SUBAGENT_STARTED, STATE_DELTA, SUBAGENT_FINISHED
 * session.delegate(() => ['done'], { goal: 'be quick' });
 * ```
 *
 * @see agUiEvents for one task
 * @throws InvalidArgumentError where the scope or an option is not what it should be
 */
export function agUiSession(
  scope: Pick<Delegator, 'events' | 'list'> & Partial<Pick<Delegator, 'get' | 'questions'>>, options: AgUiSessionOptions = {},
): Observable<AGUIEvent> {
  check('scope', scope, A_SCOPE);
  const newIds = readRunIds('the options of agUiSession', options, {
    ...RUN_IDS, until: [isStream, 'a task or another stream'], resume: RESUME,
  });
  const { until = NEVER, resume = [] } = options;
  return defer(() => {
    const ids = newIds();
    const board = createBoard(ids.runId, () => scope.list());
    const stop = new Subject<void>();
    const over = new ReplaySubject<void>(1);
    let wrong: ReadonlyMap<string, string> = new Map();
    const handOf = (taskId: TaskId) => handsOf(scope.get?.(taskId)).pipe(map((hand) => ({ taskId, hand })), takeUntil(over));
    const events = scope.events.pipe(finalize(() => { over.next(); }), takeUntil(stop));
    // Watched before the list is read, and written one after the other: nothing that an observer causes meanwhile is missed.
    const seen = merge(
      events.pipe(mergeMap((event: TaskEvent) => event.type === 'started' ? concat(of(event), handOf(event.taskId)) : of(event))),
      of(undefined),
      defer(() => scope.list().filter(({ status }) => status === 'running')).pipe(mergeMap(({ taskId }) => handOf(taskId))),
      // Watched already when they are answered, and stopped only then: what was asked until now is none of the reasons.
      defer(() => {
        const answers = resumed(resume, (entry) => settleIn(openIn(scope), entry));
        ({ wrong } = answers);
        return of(answers);
      }),
      endOf(until).pipe(endWith(true), take(1), tap(() => { stop.next(); }), ignoreElements(), takeUntil(over)),
    );
    return concat(
      of(agUiEvent({ type: 'RUN_STARTED', ...ids, protocolVersion: '1.0' })),
      seen.pipe(concatMap((event) => {
        if (event === undefined) return board.open();
        if ('events' in event) return event.events;
        return 'hand' in event ? board.show(event.taskId, event.hand) : board.write(event);
      })),
      defer(() => {
        const asked = openIn(scope);
        const outcome = outcomeOf(asked.map((question) => interruptIn(question, wrong)));
        return [...board.close(asked), agUiEvent({ type: 'RUN_FINISHED', ...ids, outcome, ...board.usage })];
      }),
    ).pipe(catchError((thrown: unknown) => [agUiEvent({ type: 'RUN_ERROR', message: describeError(thrown), ...board.usage })]));
  });
}

/** What is asked now. */
function openIn({ questions = EMPTY }: Partial<Pick<Delegator, 'questions'>>): readonly OpenQuestion[] {
  let open: readonly OpenQuestion[] = [];
  // eslint-disable-next-line rxjs-x/no-ignored-error -- it never errors, and is over when this returns
  questions.pipe(take(1)).subscribe((now) => { open = now; }).unsubscribe();
  return open;
}

const outcomeOf = (interrupts: Interrupt[]): RunFinishedOutcome =>
  interrupts.length === 0 ? { type: 'success' } : { type: 'interrupt', interrupts };

const interruptIn = (question: OpenQuestion, wrong: ReadonlyMap<string, string>): Interrupt =>
  ({ ...interruptOf(question, wrong.get(question.id)), subagentRunId: question.taskId });

/** A task tells of its start, too; and of its end the session is told behind the task's own observers, in the same frame. */
function endOf(until: ObservableInput<unknown>): Observable<unknown> {
  const { events, snapshot } = Object(until) as Partial<Task>;
  if (events === undefined || typeof snapshot !== 'function') return from(until);
  return events.pipe(outcome(), concatMap((end) => Promise.resolve(end)));
}
