import type { SchedulerLike } from 'rxjs';
import { asyncScheduler } from './rx.js';
import { readBudget, type Budget } from './budget.js';
import { redacting, type Redact } from './internal/output/redacting.js';
import { A_FUNCTION, AN_OBJECT, can, count, duration, oneOf, readOptions, type Option } from './check.js';

/** How a session is to be. Counts may be `Infinity`; times may not: to have no limit, leave them out. */
export interface SessionOptions {
  /** Tasks that may run at once in each generation. @defaultValue 16 */
  readonly maxRunning?: number | undefined;
  /** Tasks that may run at once in all generations; who is below a task is refused and never waits for it. @defaultValue Infinity */
  readonly maxTotalRunning?: number | undefined;
  /** What `delegate` does at the cap: throw, or let the task wait. @defaultValue 'reject' */
  readonly overflow?: 'reject' | 'queue' | undefined;
  /** Tasks that may wait in each generation. @defaultValue 1000 */
  readonly maxQueued?: number | undefined;
  /** Generations. @defaultValue 3 */
  readonly maxDepth?: number | undefined;
  /** Tasks that may ever be started below one root task. @defaultValue 100 */
  readonly maxDescendants?: number | undefined;
  /** Lines kept of each task. @defaultValue 200 */
  readonly windowLines?: number | undefined;
  /** Characters kept of each line, the mark of a cut included. @defaultValue 500 */
  readonly lineLength?: number | undefined;
  /** UTF-8 bytes at which a line of a text stream that never ends is ended, at a blank where there is one. @defaultValue 65536 */
  readonly maxLineBytes?: number | undefined;
  /** Steering messages that may wait for one task. @defaultValue 32 */
  readonly mailboxSize?: number | undefined;
  /** Characters of one steering message. @defaultValue 16384 */
  readonly messageLength?: number | undefined;
  /** Milliseconds that a task may run. @defaultValue no limit */
  readonly deadline?: number | undefined;
  /** Milliseconds that a task, with all below it, may be silent. @defaultValue no limit */
  readonly idleTimeout?: number | undefined;
  /** What all tasks together may spend; over it all end as `budget_exceeded`, and no more can be started. @defaultValue no limit */
  readonly budget?: Budget | undefined;
  /** Milliseconds that `stopped` and `close()` wait for a child's teardown. @defaultValue 5000 */
  readonly cancelGrace?: number | undefined;
  /** How many ended tasks are kept, and for how long. */
  readonly retain?: RetainOptions | undefined;
  /**
   * Applied to whatever children write before it is kept or told: lines, results, errors, tool calls, outputs. Of a result it sees
   * strings, also in lists and plain objects, and nothing in instances of classes; of a text stream whole lines, so `outputs` has it line
   * by line, and of the line in hand all is shown up to its last blank. What a child threw is no `cause` then. Where it throws or
   * answers no string, what it was to redact is withheld. @defaultValue none
   */
  readonly redact?: ((text: string) => string) | undefined;
  /** Where time comes from. @defaultValue RxJS's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
  /** Makes a task's id, which must be new in this session. @defaultValue the name and six random characters */
  readonly generateId?: ((agentName: string) => string) | undefined;
}

/** Ended tasks are forgotten in the order of their end; one that nobody has heard of is kept apart, and losing it is said by a warning. */
export interface RetainOptions {
  /** Ended tasks that were heard of. @defaultValue 200 */
  readonly count?: number | undefined;
  /** Milliseconds since the end, of tasks that were heard of. @defaultValue 3600000 */
  readonly age?: number | undefined;
  /** Ended tasks that were not heard of. @defaultValue 1000 */
  readonly unheard?: number | undefined;
  /** Bytes that all of them may keep, roughly: their results and windows, a character counted as two. @defaultValue 67108864, 64 MiB */
  readonly bytes?: number | undefined;
}

type Times = 'deadline' | 'idleTimeout';
type Given = 'retain' | 'generateId' | 'redact' | 'budget' | Times;

/** A session's options with the defaults filled in. */
export type Limits =
  & { readonly [K in Exclude<keyof SessionOptions, Given>]-?: NonNullable<SessionOptions[K]> }
  & { readonly [K in Times | 'generateId' | 'budget']: SessionOptions[K] }
  & { readonly redact: Redact | undefined }
  & { readonly retain: { readonly [K in keyof RetainOptions]-?: number } };

export const OVERFLOW = oneOf('reject', 'queue');

/** What each option is when it is left out, and how it is checked. */
const OPTIONS: Record<keyof SessionOptions, Option> = {
  maxRunning: [16, count(1)],
  maxTotalRunning: [Infinity, count(1)],
  overflow: ['reject', OVERFLOW],
  maxQueued: [1_000, count(0)],
  maxDepth: [3, count(1)],
  maxDescendants: [100, count(0)],
  windowLines: [200, count(1)],
  lineLength: [500, count(1)],
  maxLineBytes: [65_536, count(4)],
  mailboxSize: [32, count(1)],
  messageLength: [16_384, count(1)],
  deadline: [undefined, duration(1)],
  idleTimeout: [undefined, duration(1)],
  budget: [undefined, AN_OBJECT],
  cancelGrace: [5_000, duration(0)],
  retain: [{}, AN_OBJECT],
  redact: [undefined, A_FUNCTION],
  scheduler: [asyncScheduler, [(value) => can(value, 'now', 'schedule'), 'an RxJS scheduler']],
  generateId: [undefined, A_FUNCTION],
};

const RETAIN: Record<keyof RetainOptions, Option> = {
  count: [200, count(0)],
  age: [3_600_000, duration(0)],
  unheard: [1_000, count(0)],
  bytes: [67_108_864, count(0)],
};

/** Fills in the defaults and validates every option, each with a sentence of its own. */
export function resolveLimits(options: SessionOptions = {}): Limits {
  const limits = readOptions('the session options', options, OPTIONS) as unknown as Limits;
  return {
    ...limits,
    budget: readBudget(limits.budget),
    retain: readOptions('retain', limits.retain, RETAIN, 'retain.') as Limits['retain'],
    redact: limits.redact && redacting(limits.redact),
  };
}
