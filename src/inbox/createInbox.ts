import type { Delegator } from '../core/agent.js';
import { check, count, duration, readOptions, type Kind, type Option } from '../core/check.js';
import { hearingOf } from '../tools/hearing/hearingOf.js';
import { isAsking } from '../tools/hearing/news.js';
import { batchesOf } from './batchesOf.js';
import { createTurn } from './createTurn.js';
import { deliveriesOf } from './deliveriesOf.js';
import type { Hands } from './hands.js';
import type { Inbox, InboxOptions } from './inbox.js';
import { leaseOf } from './leaseOf.js';
import { overdueOf } from './overdueOf.js';

const A_SCOPE: Kind = [
  (value) => typeof (value as Partial<Delegator> | undefined)?.unheard === 'function', "a session or an agent's context",
];

const OPTIONS: Record<keyof InboxOptions, Option> = {
  maxText: [2_000, count(200)],
  maxMessage: [9_000, count(1_000)],
  maxBatch: [Infinity, count(1)],
  leaseTime: [300_000, duration(1)],
  maxAge: [600_000, duration(1)],
};

type Settings = { readonly [K in keyof InboxOptions]-?: NonNullable<InboxOptions[K]> };

/**
 * The inbox of a session, or of a running agent's context: what its parent has not heard of yet, told exactly once.
 *
 * Each task that the scope started and that has ended is one completion. It is told when a batch with it is acknowledged, and retracted
 * when a collect, or a check that showed the outcome, has told it before: a batch is made when it is handed over, so nothing stale is in
 * it. What was handed over and not acknowledged comes back, under the same id.
 *
 * What the tasks ask is told in the same way, where a toolset of the scope lets its model answer that kind (`mayAnswer`); what was answered
 * or withdrawn before is retracted.
 *
 * A scope has one parent: two that share one are each told the results of both. Give each a `session.scope()` of its own.
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
  const { leaseTime, maxAge, ...sizes } = readOptions('the options of createInbox', options, OPTIONS) as Settings;
  const hearing = hearingOf(scope);
  const waiting = () => hearing.unheard().filter((one) => !hearing.isInHand(one));
  const hands: Hands = { scope, hearing, leaseTime, waiting, ...leaseOf({ scope, hearing, leaseTime, waiting }, sizes) };
  return {
    get waiting() { return waiting().length; },
    get asking() { return waiting().filter(isAsking).length; },
    lease(most) {
      if (most !== undefined) check('most', most, count(1));
      return hands.lease({ kind: 'lease', most });
    },
    ready(most) {
      if (most !== undefined) check('most', most, count(1));
      return hands.write({ most });
    },
    batches: (given) => batchesOf(hands, given),
    deliver: (tell, given) => deliveriesOf(hands, tell, given),
    overdue: overdueOf(hands, maxAge),
    turn: (given) => createTurn(hands, given),
  };
}
