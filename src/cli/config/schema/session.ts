import * as z from 'zod';
import type { Spend } from '../../../core/budget.js';
import type { RetainOptions, SessionOptions } from '../../../core/limits.js';
import { duration, object, variable, whole } from './shapes.js';

const retain = object({
  count: whole(0).optional(), age: duration(0).optional(), unheard: whole(0).optional(), bytes: whole(0).optional(),
} satisfies Record<keyof RetainOptions, z.ZodType>);

const budget = object({
  tokens: whole(1).optional(), costUsd: z.number().positive().optional(), steps: whole(1).optional(), toolCalls: whole(1).optional(),
} satisfies Record<keyof Spend, z.ZodType>);

/** The limits of each connection's session: every one but those that only code can say. */
export const session = object({
  maxRunning: whole(1).optional(), maxTotalRunning: whole(1).optional(), overflow: z.enum(['reject', 'queue']).optional(),
  maxQueued: whole(0).optional(), maxDepth: whole(1).optional(), maxDescendants: whole(0).optional(), windowLines: whole(1).optional(),
  lineLength: whole(1).optional(), maxLineBytes: whole(4).optional(), mailboxSize: whole(1).optional(),
  messageLength: whole(1).optional(), deadline: duration(1).optional(), idleTimeout: duration(1).optional(),
  cancelGrace: duration(0).optional(), retain: retain.optional(), budget: budget.optional(),
  /** The variables whose values stand in nothing that a child writes. */
  redact: z.array(variable).optional(),
} satisfies Record<Exclude<keyof SessionOptions, 'scheduler' | 'generateId'>, z.ZodType>);
