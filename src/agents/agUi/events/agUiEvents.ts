import type { AGUIEvent, ResumeEntry, RunFinishedOutcome } from '@ag-ui/client';
import { catchError, concat, concatMap, defer, map, merge, of, Subject, takeWhile, type OperatorFunction } from 'rxjs';
import { taskKey } from '../../../core/clockOf.js';
import { oneOf, type Kind } from '../../../core/check.js';
import { isOutcome, type Ending, type Outcome, type TaskEvent } from '../../../core/events.js';
import { outcome } from '../../../core/operators/outcome.js';
import type { AgentOutput } from '../../../core/output.js';
import type { Task } from '../../../core/task.js';
import { agUiEvent } from './agUiEvent.js';
import { createScribe } from './createScribe.js';
import { describeError } from './describeError.js';
import { handsOf } from './handsOf.js';
import { interruptOf } from './interruptOf.js';
import { RESUME, resumed, settleIn } from './resumed.js';
import { readRunIds, RUN_IDS, type AgUiRunIds } from './runIds.js';
import { sumUsage } from './sumUsage.js';
import { suspend, suspendedOf } from './suspendedOf.js';
import { timeOf } from './timeOf.js';
import { toJson } from './toJson.js';

/** How a task is told as AG-UI events. */
export interface AgUiEventsOptions extends AgUiRunIds {
  /** The `resume` of the `RunAgentInput` that asked for it: answers to what an earlier run of the thread has stopped for. */
  readonly resume?: readonly ResumeEntry[] | undefined;
  /**
   * What becomes of the run where the task asks: `interrupt` ends it as AG-UI means it, `tell` goes on, and others see to the answer.
   * @defaultValue interrupt
   */
  readonly onQuestion?: 'interrupt' | 'tell' | undefined;
}

/**
 * A run or a task as AG-UI events: one AG-UI run, which every AG-UI client accepts.
 *
 * Text is there as it comes: of a run its chunks, and of `task.events`, where nothing stands between, what is in hand of a line that has
 * not come to its end.
 *
 * It begins with `RUN_STARTED` and ends with `RUN_FINISHED`, whose outcome says so where the task was cancelled, or with `RUN_ERROR`. A
 * late observer of a task gets a whole AG-UI run too, of what the window still has. Of a `run()` unsubscribing stops the agent, so an
 * HTTP request that is closed ends what it asked for; of a task it only stops watching.
 *
 * Where a task asks, and its `events` are given as they are, the run ends with an interrupt for each open question, whose id is the
 * question's. The next run of the same thread answers them by `resume`, and goes on where that one has stopped: what the task has put out
 * meanwhile is told then, as far as the window goes, and nothing is told twice. In any case questions and what became of them are `CUSTOM`
 * events, `sidestream.question` and `sidestream.answered`; an entry of `resume` that was not taken is `sidestream.answer_refused`.
 *
 * ```
 * task          ──line(a)──line(b)──step──completed|
 * agUiEvents()  S─TEXT(a)──TEXT(b)──STEP──FINISHED|
 * ```
 *
 * ```ts
 * import { map } from 'rxjs';
 * import { run } from 'sidestream';
 * import { agUiEvents } from 'sidestream/ag-ui';
 *
 * const greeter = ({ goal }: { goal: string }) => [`hello ${goal}`];
 * const events = run(greeter, { goal: 'world' }).pipe(agUiEvents({ threadId: 'thread-1', runId: 'run-1' }));
 * const types = events.pipe(map(({ type }) => type));
 * types.subscribe(console.log); // RUN_STARTED, TEXT_MESSAGE_START, TEXT_MESSAGE_CONTENT, TEXT_MESSAGE_END, RUN_FINISHED
 * ```
 *
 * Over HTTP each event is a frame of `text/event-stream`, `data: ${JSON.stringify(event)}` and a blank line.
 *
 * @see agUiSession for a whole session
 * @throws InvalidArgumentError where an option is not what it should be
 */
export function agUiEvents(options: AgUiEventsOptions = {}): OperatorFunction<TaskEvent | AgentOutput<unknown>, AGUIEvent> {
  const newIds = readRunIds('the options of agUiEvents', options, OPTIONS);
  const { resume = [], onQuestion = 'interrupt' } = options;
  return (source) => defer(() => {
    const { [taskKey]: task } = source as { readonly [taskKey]?: Task };
    const ids = newIds();
    // A client that starts anew is told all of it.
    const before = task === undefined || resume.length === 0 ? undefined : suspendedOf(task, ids.threadId);
    const scribe = createScribe(ids.runId, undefined, before?.scribe);
    const used = sumUsage();
    let wrong: ReadonlyMap<string, string> = new Map();
    /** Of a task: the place of the event that comes next. */
    let seq = before?.next;
    /** Whether what was there already is told. */
    let isLive = false;
    let whole = true;
    const said = new Subject<AgentOutput<unknown>>();
    let ending: Ending | undefined;
    // eslint-disable-next-line rxjs-x/no-ignored-subscription, rxjs-x/no-ignored-error -- it is completed below, and `outcome` never errors
    said.pipe(outcome()).subscribe((end) => { ending = end; });

    const finish = (outcome: RunFinishedOutcome, more: object = {}): AGUIEvent =>
      agUiEvent({ type: 'RUN_FINISHED', ...ids, outcome, ...whole ? used.total : {}, ...more });

    const fail = (message: string, code: string, more: object = {}): AGUIEvent =>
      agUiEvent({ type: 'RUN_ERROR', message, code, ...whole ? used.total : {}, ...more });

    function end(outcome: Outcome): AGUIEvent {
      switch (outcome.type) {
        case 'completed': return finish({ type: 'success' }, { ...resultOf(outcome.result), ...timeOf(outcome) });
        case 'failed': return fail(outcome.error.message, outcome.error.code, timeOf(outcome));
        case 'cancelled': return finish({ type: 'cancelled' }, { metadata: { reason: outcome.reason }, ...timeOf(outcome) });
      }
    }

    function write(event: TaskEvent | AgentOutput<unknown>): readonly AGUIEvent[] {
      if ('seq' in event) {
        if (before !== undefined && event.seq < before.next) return [];
        // What a late observer has missed is missing in the sum: no sum is better than a wrong one.
        whole &&= event.seq === (seq ?? 0);
        seq = event.seq + 1;
        if (isOutcome(event)) return [...scribe.close(), end(event)];
      }
      if (event.type === 'usage') used.add(event);
      if (!('seq' in event)) said.next(event);
      const written = scribe.write(event);
      return event.type === 'question' && isLive ? [...written, ...interrupt()] : written;
    }

    /** Ends the run, where the task asks now. */
    function interrupt(): readonly AGUIEvent[] {
      const open = onQuestion === 'interrupt' ? task?.questions ?? [] : [];
      if (open.length === 0) return [];
      const { events, state } = scribe.suspend();
      suspend(task!, ids.threadId, { next: seq ?? 0, scribe: state });
      return [...events, finish({ type: 'interrupt', interrupts: open.map((question) => interruptOf(question, wrong.get(question.id))) })];
    }

    return concat(
      of(agUiEvent({ type: 'RUN_STARTED', ...ids, protocolVersion: '1.0' })),
      defer(() => {
        const answers = resumed(resume, (entry) => settleIn(task?.questions ?? [], entry, task));
        ({ wrong } = answers);
        return answers.events;
      }),
      merge(source, handsOf(task).pipe(map((hand) => ({ hand }))), of(undefined)).pipe(concatMap((seen) => {
        if (seen === undefined) {
          isLive = true;
          return interrupt();
        }
        return 'hand' in seen ? scribe.show(seen.hand) : write(seen);
      })),
      defer(() => {
        said.complete();
        return [
          ...scribe.close(),
          seq === undefined
            ? finish({ type: 'success' }, ending?.type === 'completed' ? resultOf(ending.result) : {})
            : fail('The events were cut off before the task ended.', 'incomplete'),
        ];
      }),
    ).pipe(
      catchError((thrown: unknown) => [...scribe.close(), fail(describeError(thrown), codeOf(thrown))]),
      takeWhile(({ type }) => !LAST.includes(type), true),
    );
  });
}

const OPTIONS: Record<keyof AgUiEventsOptions, Kind> = {
  ...RUN_IDS, resume: RESUME, onQuestion: oneOf('interrupt', 'tell'),
};

const LAST: readonly string[] = ['RUN_FINISHED', 'RUN_ERROR'];

const resultOf = (value: unknown): { readonly result?: unknown } => {
  const result = toJson(value);
  return result === undefined ? {} : { result };
};

function codeOf(thrown: unknown): string {
  const { code } = Object(thrown) as { code?: unknown };
  return typeof code === 'string' ? code : 'agent_error';
}
