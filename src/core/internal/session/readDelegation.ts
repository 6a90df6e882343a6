import type { DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { AbortedError, InvalidArgumentError } from '../../errors.js';
import { A_BOOLEAN, A_FUNCTION, A_SIGNAL, AN_OBJECT, check, duration, readOptions, WORDS, type Option } from '../../check.js';
import { frozenCopy } from './frozenCopy.js';

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

/** What `delegate` and `run` are called with, as it is kept. */
export interface Delegation<B> {
  /** Nobody sees what another writes into it. */
  readonly brief: B;
  readonly options: DelegateOptions;
}

/** Validates what `delegate` and `run` are called with, before anything is changed. @param isRead - whether this very brief was before */
export function readDelegation<B extends Brief>(agent: unknown, given: B, how?: DelegateOptions, isRead = false): Delegation<B> {
  check('agent', agent, A_FUNCTION);
  check('brief', given, AN_OBJECT);
  const brief = isRead ? given : readBrief(given);
  check('brief.goal', brief.goal, WORDS);
  const { steerable } = agent as { readonly steerable?: boolean };
  if (how === undefined) return { brief, options: steerable === false ? DEAF : NONE };
  const options = readOptions('the options of delegate', how, OPTIONS) as DelegateOptions & { steerable: unknown };
  // What is said of this one task comes first.
  options.steerable ??= steerable;
  if (options.signal?.aborted === true) {
    throw new AbortedError('The signal was aborted beforehand, so nothing was started.', { cause: options.signal.reason });
  }
  return { brief, options };
}

function readBrief<B extends object>(given: B): B {
  try {
    return frozenCopy(given);
  } catch (cause) {
    throw new InvalidArgumentError('The brief cannot be read: something in it throws, or it is too deep. Give plain data.', { cause });
  }
}
