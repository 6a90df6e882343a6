import { InterruptedError, NotStartedError, type SidestreamError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import { failureOf } from '../failure/failureOf.js';
import type { Decide } from '../session/sessionCore.js';
import type { Decision } from '../task/decision.js';
import { Place } from '../task/scopeNode.js';
import type { TaskRecord } from '../task/taskRecord.js';
import type { KnownAgent } from './restore.js';

const failed = (error: SidestreamError): Decision => ({ ending: { type: 'failed', error: failureOf(error) }, cause: error, stops: true });

const CLOSED_RUNNING = 'The session was closed while the task ran; what it did may have happened. Start it again if it is still needed.';
const CLOSED_QUEUED = 'The session was closed before the task had started. Start it again if it is still needed.';

/** It stops here, and nothing is said of its end. */
export const SUSPENDED: Decision = { cause: 'session_closed', stops: true };

/**
 * How a task ends when a session with a store is closed: what waits, or may be run again, goes on when the store is opened again; the rest
 * was interrupted.
 *
 * @param goesOn - gathers the ids of those that go on
 */
export const decideClose = (
  agentOf: (task: TaskRecord) => KnownAgent | undefined, goesOn: TaskId[],
): Decide => (task, ended, ids) => {
  if (task.isEnded) return;
  const isRunning = task.startedAt !== undefined;
  const known = agentOf(task);
  const isFound = known !== undefined && task.options.signal === undefined;
  const mayGoOn = isFound && task.endsWith instanceof Place
    && (!isRunning || known.onRestart === 'restart' || (known.onRestart === 'resume' && task.saved !== undefined));
  if (!mayGoOn) {
    const error = isRunning ? new InterruptedError(CLOSED_RUNNING) : new NotStartedError(CLOSED_QUEUED);
    task.decide(failed(error), ended, ids);
    return;
  }
  for (const child of task.children ?? []) {
    if (child.endsWith !== task) continue;
    // What begins anew knows nothing of it.
    if (known.onRestart === 'restart' && !child.isEnded) child.isHeard = true;
    child.decide(failed(new InterruptedError(
      'The session was closed while the task ran; what it did may have happened. The task above it goes on when it is opened again.',
    )), ended, ids);
  }
  goesOn.push(task.id);
  task.decide(SUSPENDED, ended);
};
