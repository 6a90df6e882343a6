import type { AgentContext } from '../../../core/agent.js';
import { createInbox } from '../../../inbox/createInbox.js';
import type { Batch } from '../../../inbox/inbox.js';
import { createOutbox } from '../../steering/createOutbox.js';

/** A lease ends when its request does, however long that takes. */
const NO_LIMIT = 2_147_483_647;

/** What a model is to be told between its steps. */
export interface Mail {
  /** Whether somebody has sent it a message that no request has carried yet. */
  readonly isSteered: boolean;
  /** What the next request is to carry, beside all before. */
  take(this: void): readonly string[];
  /** The model has answered a request to its end: it has all that was taken. */
  answered(this: void): void;
  /** There will be no further request: what no answered one has carried comes back. */
  drop(this: void): void;
}

/**
 * Steering messages, and what has ended below the run, each on its way until the model has answered a request that carried it. A request
 * that is tried again carries it again.
 *
 * @param delegates - whether the model starts tasks of its own, of which it is to hear
 */
export function createMail(context: AgentContext, delegates: boolean): Mail {
  const outbox = createOutbox(context);
  const inbox = delegates ? createInbox(context, { leaseTime: NO_LIMIT }) : undefined;
  let batches: readonly Batch[] = [];
  return {
    get isSteered() { return outbox.waiting > 0; },
    take() {
      const ended: Batch[] = [];
      for (let batch = inbox?.lease(); batch !== undefined; batch = inbox?.lease()) ended.push(batch);
      batches = [...batches, ...ended];
      return [...ended.map(({ text }) => text), ...outbox.take()];
    },
    answered() {
      for (const batch of batches) batch.acknowledge();
      batches = [];
      outbox.arrived();
    },
    drop() {
      for (const batch of batches) batch.release();
      batches = [];
    },
  };
}
