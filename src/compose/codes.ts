import type { Kind } from '../core/check.js';
import type { FailureCode } from '../core/errors.js';

/** Every code that a failure can have. */
const CODES: Readonly<Record<FailureCode, true>> = {
  agent_error: true, no_result: true, invalid_result: true, deadline_exceeded: true, stalled: true, not_started: true, interrupted: true,
  budget_exceeded: true, unanswered: true,
};

/** Which failures are meant. */
export const A_TEST_OR_CODES: Kind = [
  (value) => typeof value === 'function' || (Array.isArray(value) && value.every((code) => Object.hasOwn(CODES, code as string))),
  `a function, or a list of ${Object.keys(CODES).join(', ')}`,
];
