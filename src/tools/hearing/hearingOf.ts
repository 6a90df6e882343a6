import type { Delegator } from '../../core/agent.js';
import { Hearing } from './hearing.js';

const hearings = new WeakMap<Delegator, Hearing>();

/** What is told of a scope's tasks: one for all tools and inboxes of it. */
export function hearingOf(scope: Delegator): Hearing {
  let hearing = hearings.get(scope);
  if (hearing === undefined) {
    hearing = new Hearing(scope);
    hearings.set(scope, hearing);
  }
  return hearing;
}
