import { isOutcome } from '../../../src/index.js';
import type { Tracked, Watcher } from './facts.js';
import type { Act } from './script.js';
import type { Stage } from './stage.js';

/** Subscribes an observer that records what it sees and, once, does its acts from inside `next`. */
export function watch(world: Stage, { what, nth, acts }: Extract<Act, { do: 'observe' }>, of: Tracked | undefined): void {
  const context = of?.run?.context;
  if (what !== 'session' && (of === undefined || (what === 'scope' && context === undefined))) return;
  const watcher: Watcher = {
    n: world.watchers.length, what, of: what === 'session' ? undefined : of, from: ++world.moment, seen: [], replaying: true,
    completed: false, errored: false, left: false, subscription: undefined, checked: 0,
  };
  world.watchers.push(watcher);
  const source = what === 'session' ? world.session.events : what === 'scope' ? context!.events : of!.task.events;
  const pending = [...acts];
  const subscription = source.subscribe({
    next: (event) => {
      watcher.seen.push({ event, replayed: watcher.replaying, moment: ++world.moment });
      if (what === 'task' && isOutcome(event)) of!.heard = true;
      if (watcher.seen.length <= nth) return;
      world.inside(() => { for (const act of pending.splice(0)) world.perform(act, world.byId(event.taskId) ?? of); });
    },
    error: () => { watcher.errored = true; },
    complete: () => { watcher.completed = true; },
  });
  watcher.replaying = false;
  watcher.subscription = subscription;
  // It may have left from inside the replay.
  if (watcher.left) subscription.unsubscribe();
}
