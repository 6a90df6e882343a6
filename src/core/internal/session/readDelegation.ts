import type { DelegateOptions } from '../../agent.js';
import { AbortedError } from '../../errors.js';
import { A_BOOLEAN, A_FUNCTION, A_SIGNAL, AN_OBJECT, check, duration, readOptions, WORDS, type Option } from '../../check.js';

const OPTIONS: Record<keyof DelegateOptions, Option> = {
  name: [undefined, WORDS],
  detached: [false, A_BOOLEAN],
  deadline: [undefined, duration(1)],
  idleTimeout: [undefined, duration(1)],
  signal: [undefined, A_SIGNAL],
  steerable: [undefined, A_BOOLEAN],
};
const NONE = readOptions<DelegateOptions>('', {}, OPTIONS) as DelegateOptions;
const DEAF: DelegateOptions = { ...NONE, steerable: false };

/** Validates what `delegate` and `run` are called with, before anything is changed. */
export function readDelegation(agent: unknown, brief: unknown, given?: DelegateOptions): DelegateOptions {
  check('agent', agent, A_FUNCTION);
  check('brief', brief, AN_OBJECT);
  check('brief.goal', (brief as { goal?: unknown }).goal, WORDS);
  const { steerable } = agent as { readonly steerable?: boolean };
  if (given === undefined) return steerable === false ? DEAF : NONE;
  const options = readOptions('the options of delegate', given, OPTIONS) as DelegateOptions & { steerable: unknown };
  // What is said of this one task comes first.
  options.steerable ??= steerable;
  if (options.signal?.aborted === true) {
    throw new AbortedError('The signal was aborted beforehand, so nothing was started.', { cause: options.signal.reason });
  }
  return options;
}
