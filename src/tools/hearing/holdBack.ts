import type { Delegator } from '../../core/agent.js';
import type { Task } from '../../core/task.js';
import { hearingOf } from './hearingOf.js';

/**
 * Keeps ends that a call is about to tell from being told elsewhere, for as long as that call waits.
 *
 * @returns what lets them go
 */
export function holdBack(scope: Delegator, tasks: readonly Task[], ms: number): () => void {
  const hearing = hearingOf(scope);
  const news = tasks.filter(({ isHeard }) => !isHeard);
  if (news.length === 0) return () => undefined;
  const telling = hearing.add('call', '', news);
  const hold = hearing.hold(telling, 'lease', ms);
  return () => {
    hearing.drop(telling, hold);
    hearing.forget(telling);
  };
}
