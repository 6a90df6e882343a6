import type { Limit } from './agent.js';
import { count, readOptions, type Option } from './check.js';
import { InvalidArgumentError } from './errors.js';
import { LimitGate } from './internal/session/limitGate.js';

/** What a limit holds back. */
export interface LimitOptions {
  /** Tasks that may run at once. @defaultValue no limit */
  readonly running?: number | undefined;
  /** Tasks that may start within any 60 s. @defaultValue no limit */
  readonly perMinute?: number | undefined;
}

const OPTIONS: Record<keyof LimitOptions, Option> = { running: [Infinity, count(1)], perMinute: [Infinity, count(1)] };

/**
 * Makes a limit for tasks of any number of sessions, such as all that call one provider. It is given to `delegate`, or to an agent as its
 * own property `limit`. Who has to wait for it reads `queued`, also where `overflow` is `reject`, and no limit of its time runs until it
 * starts. First come, first served; one that waits for something else as well holds up nobody.
 *
 * A task below one that runs under the same limit is refused where it would have to wait: both might wait for ever.
 *
 * ```ts
 * import { createLimit, createSession } from 'sidestream';
 *
 * const limit = createLimit({ running: 1 });
 * const agent = async ({ goal }: { goal: string }) => `${goal}: done`;
 * const one = createSession().delegate(agent, { goal: 'one' }, { limit });
 * const two = createSession().delegate(agent, { goal: 'two' }, { limit });
 * console.log(one.status, two.status); // running queued
 * ```
 *
 * @throws InvalidArgumentError
 */
export function createLimit(options: LimitOptions): Limit {
  const { running, perMinute } = readOptions('the options of createLimit', options, OPTIONS) as { running: number; perMinute: number };
  if (running === Infinity && perMinute === Infinity) {
    throw new InvalidArgumentError('Expected `running` or `perMinute`, got neither: such a limit holds nobody back.');
  }
  return new LimitGate(running, perMinute);
}
