import type { Delegator } from '../../core/agent.js';
import type { Task } from '../../core/task.js';
import { hearingOf } from './hearingOf.js';
import { isEnding, type News } from './news.js';

/** The call that an answer is for. */
export interface Call {
  readonly callId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** By which call a task's end was told that counted as read at once. */
const tellers = new WeakMap<Task, string>();

/** The id of the call whose answer has told of a task's end where nobody sees what a model reads. */
export const tellerOf = (task: Task): string | undefined => tellers.get(task);

/**
 * An answer tells how these tasks ended, or what they ask. Where a wrapper sees which answers a model has read, and the call is named, that
 * is for the wrapper to find out: until then they are in hand. Without one it counts as read. An answer to a call that was aborted
 * tells nobody.
 *
 * @param isKept - whether the answer goes out now, since what it tells is written down; else it goes out when that is so
 */
export function tell(scope: Delegator, told: readonly News[], { callId, signal }: Call, isKept = false): void {
  const news = told.filter(({ isHeard }) => !isHeard);
  const isAborted = signal?.aborted === true;
  const hearing = hearingOf(scope);
  if (news.length === 0) return;
  if (callId === undefined || hearing.watchers === 0) {
    if (isAborted) return;
    if (callId !== undefined) for (const task of news.filter(isEnding)) tellers.set(task, callId);
    if (isKept) hearing.heard(news);
    else hearing.answered(news, signal);
    return;
  }
  const telling = hearing.add('call', callId, news);
  // It is in nobody's hands, and yet may be put into a conversation, where it is then found.
  if (isAborted) return;
  const hold = hearing.hold(telling, 'answer', hearing.leaseTime, hearing.owners.get(callId));
  signal?.addEventListener('abort', () => { hearing.drop(telling, hold); }, { once: true });
}
