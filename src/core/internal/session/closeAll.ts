import type { TaskId } from '../../events.js';
import { firstValueFrom, map } from '../../rx.js';
import { cancelledBy } from '../task/decision.js';
import type { Decide, SessionCore } from './sessionCore.js';

/** Ends each task, and what is below it by it. */
export const cancelAll = (reason: unknown): Decide => {
  const decision = cancelledBy(reason);
  return (task, ended, ids) => { task.decide(decision, ended, ids); };
};

/** Closes a session, and waits until all have stopped, at most the grace. */
export function closeAll(core: SessionCore, decide: Decide): Promise<{
  readonly stopped: boolean; readonly ids: readonly TaskId[]; readonly notStopped: readonly TaskId[]; readonly unheard: readonly TaskId[];
}> {
  const { ids, unheard } = core.close(decide);
  const { cancelGrace, scheduler } = core.limits;
  return firstValueFrom(core.root.when(() => core.root.unstopped === 0, cancelGrace, scheduler).pipe(map(() => {
    const notStopped = Array.from(core.stopping, ({ id }) => id);
    return { stopped: notStopped.length === 0, ids, notStopped, unheard };
  })));
}
