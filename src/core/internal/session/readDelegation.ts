import type { DelegateOptions } from '../../agent.js';
import type { Brief } from '../../brief.js';
import { readBudget } from '../../budget.js';
import { AbortedError, InvalidArgumentError } from '../../errors.js';
import {
  A_BOOLEAN, A_FUNCTION, A_SIGNAL, AN_OBJECT, check, duration, oneOf, readOptions, WORDS, type Kind, type Option,
} from '../../check.js';
import { A_SCHEMA } from '../../readResult.js';
import { frozenCopy } from './frozenCopy.js';
import { A_LIMIT } from './limitGate.js';

const META: Kind = [
  // Asked for here, as something in it may throw.
  (value) => AN_OBJECT[0](value) && Object.values(value as object).length >= 0,
  'an object of at most 16 strings of at most 500 characters',
];

const FEW: Kind = [(value) => value as number <= 16, 'at most 16'];
const NOTE: Kind = [(value) => typeof value === 'string' && value.length <= 500, 'a string of at most 500 characters'];

const OPTIONS: Record<keyof DelegateOptions, Option> = {
  name: [undefined, WORDS],
  detached: [false, A_BOOLEAN],
  deadline: [undefined, duration(1)],
  idleTimeout: [undefined, duration(1)],
  budget: [undefined, AN_OBJECT],
  wrapUp: [undefined, AN_OBJECT],
  signal: [undefined, A_SIGNAL],
  steerable: [undefined, A_BOOLEAN],
  key: [undefined, WORDS],
  whenTaken: [undefined, oneOf('join', 'supersede', 'refuse')],
  limit: [undefined, A_LIMIT],
  resultSchema: [undefined, A_SCHEMA],
  meta: [undefined, META],
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
  const { steerable, limit, resultSchema } = agent as DelegateOptions;
  if (how === undefined && limit === undefined && resultSchema === undefined) return { brief, options: steerable === false ? DEAF : NONE };
  const options = readOptions('the options of delegate', how === undefined ? {} : how, OPTIONS) as {
    -readonly [K in keyof DelegateOptions]: DelegateOptions[K]
  };
  // What is said of this one task comes first.
  options.steerable ??= steerable;
  options.budget = readBudget(options.budget);
  if (options.resultSchema === undefined && resultSchema !== undefined) {
    check('the agent\'s own `resultSchema`', resultSchema, A_SCHEMA);
    options.resultSchema = resultSchema;
  }
  if (options.limit === undefined && limit !== undefined) {
    check('the agent\'s own `limit`', limit, A_LIMIT);
    options.limit = limit;
  }
  if (options.meta !== undefined) {
    const noted = Object.entries(options.meta = frozenCopy(options.meta));
    check('the number of fields in meta', noted.length, FEW);
    for (const [name, text] of noted) {
      check('a name in meta', name, NOTE);
      check(`meta.${name}`, text, NOTE);
    }
  }
  if (options.whenTaken !== undefined && options.key === undefined) {
    throw new InvalidArgumentError('`whenTaken` says what to do where a `key` is taken, and there is no `key`. Give one, or leave it out.');
  }
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
