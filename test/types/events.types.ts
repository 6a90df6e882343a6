/* Read by the compiler only: unions narrow by their `type`, and nothing that is handed out can be written to. */
import type { Observer } from 'rxjs';
import {
  createSession, isOutcome,
  type AgentOutput, type CapacityError, type CloseReport, type Ending, type ErrorCode, type Failure, type FailureCode, type LineEvent,
  type Outcome, type QuestionKind,
  type SessionOptions, type SidestreamError, type SteeringReceipt, type StopReport, type Task, type TaskEvent,
  type TaskSnapshot, type TaskStatus,
} from 'sidestream';
import type { Equal, Expect } from './support/equal.js';

declare const event: TaskEvent<number>;
declare const output: AgentOutput<number>;
declare const ending: Ending<number>;
declare const task: Task<number>;
declare const snapshot: TaskSnapshot<number>;
declare const receipt: SteeringReceipt;
declare const error: SidestreamError;

// Events narrow

type _Types = Expect<Equal<
  TaskEvent['type'],
  'queued' | 'started' | 'line' | 'step' | 'tool' | 'usage' | 'attempt' | 'waiting' | 'resumed' | 'question' | 'answered'
  | 'steered' | 'warning'
  | 'completed' | 'failed' | 'cancelled'
>>;
switch (event.type) {
  case 'queued': case 'started': {
    const opening: readonly [string, string, number, string | undefined] = [event.agent, event.goal, event.depth, event.parentId];
    break;
  }
  case 'line': {
    type _Line = Expect<Equal<typeof event, LineEvent>>;
    const line: readonly [string, number | undefined] = [event.text, event.cut];
    break;
  }
  case 'steered': {
    type _State = Expect<Equal<typeof event.state, 'queued' | 'delivered' | 'missed'>>;
    break;
  }
  case 'warning': {
    type _Code = Expect<Equal<
      typeof event.code, 'idle' | 'deadline' | 'budget' | 'teardown_failed' | 'steering_refused' | 'unheard_evicted'
    >>;
    break;
  }
  case 'completed': {
    type _Result = Expect<Equal<typeof event.result, number>>;
    break;
  }
  case 'failed': {
    type _Failure = Expect<Equal<typeof event.error, Failure>>;
    type _Code = Expect<Equal<typeof event.error.code, FailureCode>>;
    break;
  }
  case 'cancelled': {
    type _Reason = Expect<Equal<typeof event.reason, string>>;
    break;
  }
  case 'waiting': {
    const why: readonly [string, number | undefined] = [event.reason, event.until];
    break;
  }
  case 'question': {
    const asked: readonly [string, QuestionKind, string] = [event.questionId, event.kind, event.text];
    break;
  }
  case 'answered': {
    type _How = Expect<Equal<typeof event.how, 'answer' | 'declined' | 'default' | 'unanswered' | 'withdrawn'>>;
    break;
  }
  case 'step': case 'tool': case 'usage': case 'attempt': case 'resumed': break;
  default: {
    type _Never = Expect<Equal<typeof event, never>>;
  }
}
// @ts-expect-error -- only a line has text
event.text;
// @ts-expect-error -- only a completed task has a result
event.result;
const { taskId, seq, at, attempt }: { taskId: string; seq: number; at: number; attempt: number } = event;

if (isOutcome(event)) {
  type _Outcome = Expect<Equal<typeof event, Outcome<number>>>;
} else {
  // @ts-expect-error -- no outcome has such a type any more
  event.type === 'completed';
}

// Endings and outputs narrow

if (ending.type === 'completed') {
  type _Result = Expect<Equal<typeof ending.result, number>>;
} else if (ending.type === 'failed') {
  const message: string = ending.error.message;
  type _Partial = Expect<Equal<typeof ending.partial, unknown>>;
} else {
  const reason: string = ending.reason;
}
// @ts-expect-error -- an ending is not yet an event
ending.taskId;

if (output.type === 'result') {
  type _Value = Expect<Equal<typeof output.value, number>>;
}
// @ts-expect-error -- only a result has a value
output.value;

// Snapshots

type _Status = Expect<Equal<TaskStatus, 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'>>;
const shown: TaskSnapshot<number> = task.snapshot();
const { outcome } = snapshot;
if (outcome?.type === 'completed') {
  type _Result = Expect<Equal<typeof outcome.result, number>>;
}
// @ts-expect-error -- a task may never have started
const startedAt: number = snapshot.startedAt;

// Errors

type _Code = Expect<Equal<typeof error.code, ErrorCode>>;
declare const capacity: CapacityError;
type _Capacity = Expect<Equal<typeof capacity.code, 'limit_reached'>>;
const counts: readonly [number, number] = [capacity.count, capacity.limit];

// Nothing that is handed out can be written to

// @ts-expect-error -- readonly
task.id = 'a';
// @ts-expect-error -- readonly
task.brief.goal = 'a';
// @ts-expect-error -- readonly
task.steering = task.steering;
// @ts-expect-error -- readonly
event.seq = 1;
// @ts-expect-error -- readonly
snapshot.status = 'running';
// @ts-expect-error -- readonly
snapshot.preview[0] = 'a';
// @ts-expect-error -- readonly
snapshot.steering.queued = 1;
// @ts-expect-error -- readonly
receipt.state = 'delivered';
declare const stop: StopReport;
// @ts-expect-error -- readonly
stop.ids[0] = 'a';
declare const close: CloseReport;
// @ts-expect-error -- readonly
close.notStopped[0] = 'a';
// @ts-expect-error -- what can be read of a task's events cannot be written
task.events.next;

// Steering and the rest of a task

type _Steering = Expect<Equal<typeof task.steering, Observer<string>>>;
task.steer('a', { id: 'm' });
// @ts-expect-error -- a message is words
task.steer(5);
// @ts-expect-error -- a message is words
task.steering.next(5);
type _Cancelled = Expect<Equal<ReturnType<typeof task.cancel>, boolean>>;

// A session's options

createSession({ maxRunning: Infinity, overflow: 'queue', retain: { count: 1 }, generateId: (name) => name, deadline: undefined });
// @ts-expect-error -- reject or queue
createSession({ overflow: 'drop' });
// @ts-expect-error -- there is no such option
createSession({ maxRuning: 5 });
// @ts-expect-error -- a count is a number
createSession({ maxRunning: '5' });
// @ts-expect-error -- null is not left out
createSession({ deadline: null });
const options: SessionOptions = {};
// @ts-expect-error -- readonly
options.maxRunning = 5;

async function disposed(): Promise<void> {
  await using session = createSession();
  using held = session.delegate(() => ['a'], { goal: 'be held' });
}
