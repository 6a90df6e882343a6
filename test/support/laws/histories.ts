import fc from 'fast-check';
import type { Act, Command, History, Script, Step, TightLimits, Who } from './script.js';

type Kind = Command['do'];

/** How often each command comes, beside the others. A law turns up what it is about. */
export type Weights = Partial<Record<Kind, number>>;

const USUAL: Record<Kind, number> = {
  delegate: 8, cancel: 2, steer: 4, observe: 3, leave: 1, collect: 1, awaitStop: 1, abort: 1, look: 1, close: 0, advance: 5, yield: 2,
};

const ms = fc.integer({ min: 0, max: 4 });
const few = fc.constantFrom(2, 1);
/** How deep acts may lie in acts; nothing is made rarer below. */
const deep = { depthIdentifier: 'acts', depthSize: 'max' } as const;
const who: fc.Arbitrary<Who> = fc.oneof({ weight: 3, arbitrary: fc.nat(7) }, fc.constantFrom<Who>('self', 'parent'));
/** Once in so many times; otherwise left out. */
const onceIn = <T>(times: number, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const yes = fc.constant(true as const);

const limits: fc.Arbitrary<TightLimits> = fc.record({
  maxRunning: few,
  overflow: fc.constantFrom('reject', 'queue'),
  maxQueued: few,
  maxDepth: fc.constantFrom(2, 1, 3),
  maxDescendants: few,
  windowLines: few,
  mailboxSize: few,
  lineLength: fc.constantFrom(8, 2, 1),
  maxLineBytes: fc.constantFrom(6, 4),
  cancelGrace: fc.constantFrom(2, 0),
  retain: fc.record({ count: fc.constantFrom(2, 1, 0), age: fc.constantFrom(1_000, 2), unheard: fc.constantFrom(2, 1, 0) }),
});

/** Leaves out what is undefined: options are given or they are not. */
const made = <T extends object>(record: fc.Arbitrary<T>) =>
  record.map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T);

interface Tied { readonly script: Script; readonly act: Act; readonly step: Step; readonly command: Command }

function tied(weights: Record<Kind, number>) {
  return fc.letrec<Tied>((tie: fc.LetrecTypedTie<Tied>) => {
    const acts = fc.oneof(fc.array(tie('act'), { minLength: 1, maxLength: 2, ...deep }), fc.constant<Act[]>([]));
    const leaves = {
      steer: made(fc.record({
        do: fc.constant('steer' as const), who, way: fc.constantFrom('steer' as const, 'steer' as const, 'next' as const),
        id: onceIn(3, fc.constantFrom('i0', 'i1')), words: onceIn(12, fc.constant('blank' as const)),
        settled: onceIn(6, acts),
      })) as fc.Arbitrary<Act>,
      cancel: fc.record({ do: fc.constant('cancel' as const), who }),
      leave: fc.record({ do: fc.constant('leave' as const), observer: fc.nat(7) }),
      collect: made(fc.record({
        do: fc.constant('collect' as const), who, timeout: onceIn(2, ms), signal: onceIn(3, yes),
      })) as fc.Arbitrary<Act>,
      awaitStop: fc.record({ do: fc.constant('awaitStop' as const), who }),
      abort: fc.record({ do: fc.constant('abort' as const), signal: fc.nat(3) }),
      look: fc.record({ do: fc.constant('look' as const), who }),
      close: fc.constant({ do: 'close' as const }),
    };
    const delegate = made(fc.record({
      do: fc.constant('delegate' as const), script: tie('script'), under: onceIn(3, fc.nat(5)), detached: onceIn(4, yes),
      signal: onceIn(4, yes), deadline: onceIn(9, fc.constantFrom(1, 3)),
      idleTimeout: onceIn(9, fc.constantFrom(1, 5)),
    })) as fc.Arbitrary<Act>;
    const observe = fc.record({
      do: fc.constant('observe' as const), what: fc.constantFrom('task' as const, 'task' as const, 'scope' as const, 'session' as const),
      who, nth: fc.nat(2), acts,
    });
    const weighed = (kind: Exclude<Kind, 'advance' | 'yield' | 'delegate' | 'observe'>, share = 1) =>
      ({ weight: weights[kind] * share, arbitrary: leaves[kind] as fc.Arbitrary<Act> });
    const simple = [
      weighed('steer'), weighed('cancel'), weighed('leave'), weighed('collect'), weighed('awaitStop'), weighed('abort'), weighed('look'),
    ];
    const nested = { maxDepth: 4, withCrossShrink: true, ...deep } as const;
    return {
      act: fc.oneof(nested, ...simple, { weight: 1, arbitrary: leaves.close },
        { weight: weights.delegate * 2, arbitrary: delegate }, { weight: weights.observe, arbitrary: observe }),
      step: fc.oneof(nested,
        { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms }) },
        { weight: 6, arbitrary: fc.record({ do: fc.constant('out' as const), what: fc.constantFrom(
          'line' as const, 'line' as const, 'lines' as const, 'text' as const, 'step' as const, 'usage' as const, 'result' as const) }) },
        { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'out', what: 'wrong' }, { do: 'signal' }, { do: 'unlisten' }) },
        { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), ms }) },
        { weight: weights.steer / 2, arbitrary: fc.constant<Step>({ do: 'take' }) },
        { weight: weights.steer / 2, arbitrary: fc.record({ do: fc.constant('handOver' as const), ms, fails: fc.boolean() }) },
        { weight: weights.steer / 2, arbitrary: fc.record({ do: fc.constant('listen' as const), acts }) },
        { weight: 5, arbitrary: tie('act') }),
      script: fc.record({
        shape: fc.constantFrom<Script['shape']>(
          'observable', 'observable', 'observable', 'observable',
          'generator', 'promise', 'fromAsyncPromise', 'fromAsyncGenerator', 'array', 'throws'),
        steps: fc.array(tie('step'), { maxLength: 5, ...deep, size: 'max' }),
        end: fc.constantFrom<Script['end']>('complete', 'never', 'complete', 'never', 'error'),
        stubborn: fc.boolean(),
        teardown: fc.oneof({ maxDepth: 2, ...deep },
          { weight: 3, arbitrary: fc.constantFrom<Script['teardown']>('quiet', 'throws', 'emits') }, { weight: 2, arbitrary: tie('act') }),
      }),
      command: fc.oneof(
        { weight: weights.delegate, arbitrary: delegate },
        { weight: weights.observe, arbitrary: observe },
        ...simple as { weight: number; arbitrary: fc.Arbitrary<Command> }[],
        { weight: weights.close, arbitrary: leaves.close },
        { weight: weights.advance, arbitrary: fc.record({ do: fc.constant('advance' as const), ms }) as fc.Arbitrary<Command> },
        { weight: weights.yield, arbitrary: fc.constant<Command>({ do: 'yield' }) }),
    };
  });
}

/** Random histories: limits, and what is done within them. */
export function histories(weights: Weights = {}): fc.Arbitrary<History> {
  const { command } = tied({ ...USUAL, ...weights });
  return fc.record({ limits, watched: fc.boolean(), commands: fc.array(command, { minLength: 4, maxLength: 18, size: 'max' }) });
}
