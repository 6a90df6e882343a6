import { Subject } from 'rxjs';
import type { Delegator } from '../core/agent.js';
import { check, count, duration, readOptions, type Kind, type Option } from '../core/check.js';
import { clockOf } from '../core/clockOf.js';
import { batchesOf, type Hands } from './batchesOf.js';
import { completionOf } from '../tools/answers/completion.js';
import { deliveriesOf } from './deliveriesOf.js';
import { hear } from '../tools/answers/hear.js';
import type { Inbox, InboxOptions } from './inbox.js';
import { isLeased, lease, unlease, type Lease } from './leases.js';
import { overdueOf } from './overdueOf.js';
import { textOf } from './textOf.js';

const A_SCOPE: Kind = [
  (value) => typeof (value as Partial<Delegator> | undefined)?.unheard === 'function', "a session or an agent's context",
];

const OPTIONS: Record<keyof InboxOptions, Option> = {
  maxText: [2_000, count(200)],
  maxBatch: [50, count(1)],
  leaseTime: [300_000, duration(1)],
  maxAge: [600_000, duration(1)],
};

type Settings = { readonly [K in keyof InboxOptions]-?: NonNullable<InboxOptions[K]> };

/**
 * The inbox of a session, or of a running agent's context: what its parent has not heard of yet, told exactly once.
 *
 * Each task that the scope started and that has ended is one completion. It is told when a batch with it is acknowledged, and retracted
 * when a collect, or a check that showed the outcome, has told it before: a batch is made when it is handed over, so nothing stale is in
 * it. What was handed over and not acknowledged comes back.
 *
 * ```
 * endings    ──a─b───────c───d─────────
 * batches    ────────(ab)──────(cd)────   idle: when the burst is over
 * boundary   ───────────────x─────────x
 * batches    ───────────────(abc)─────d   busy: at the next boundary
 * ```
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { createInbox } from 'sidestream/inbox';
 *
 * const session = createSession();
 * const inbox = createInbox(session);
 * for (const goal of ['one', 'two']) session.delegate(async () => `${goal} is done`, { goal }, { name: 'worker' });
 * await new Promise((resolve) => { setTimeout(resolve, 10); });
 * const batch = inbox.lease();
 * console.log(batch?.completions.map(({ summary }) => summary)); // [ 'one is done', 'two is done' ]
 * batch?.acknowledge();
 * console.log(inbox.lease()); // undefined
 * ```
 *
 * @throws InvalidArgumentError where the scope or an option is not what it should be
 */
export function createInbox(scope: Delegator, options: InboxOptions = {}): Inbox {
  check('scope', scope, A_SCOPE);
  const { maxText, maxBatch, leaseTime, maxAge } = readOptions('the options of createInbox', options, OPTIONS) as Settings;
  const clock = clockOf(scope.events);
  const returned = new Subject<void>();
  const waiting = () => scope.unheard().filter((task) => !isLeased(task, clock.now()));

  const hands: Hands = {
    scope,
    clock,
    returned,
    lease: (time = leaseTime) => {
      const tasks = waiting().slice(0, maxBatch);
      if (tasks.length === 0) return undefined;
      const mine: Lease = { until: clock.now() + time };
      for (const task of tasks) lease(task, mine);
      const completions = tasks.map((task) => completionOf(task, maxText));
      const settled = new Subject<void>();
      const settle = (told: boolean) => (): void => {
        for (const task of tasks) if (unlease(task, mine) && told) hear(task);
        settled.next();
        returned.next();
      };
      return { completions, text: textOf(completions), acknowledge: settle(true), release: settle(false), settled };
    },
  };
  return {
    get waiting() { return waiting().length; },
    lease: () => hands.lease(),
    batches: (given) => batchesOf(hands, leaseTime, given),
    deliver: (tell, given) => deliveriesOf(hands, tell, given),
    overdue: overdueOf(hands, maxAge),
  };
}
