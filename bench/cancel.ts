import { NEVER } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import type { Bench, Measurement, Row, Variant } from './support/bench.js';
import { cpuAndHeapOnce, use } from './support/measure.js';
import { PlainTask } from './support/plainTask.js';
import { sessionForMany } from './support/producers.js';

const TASKS = 100_000;
const WARM = 5_000;

let aborted = 0;
const onAbort = (): void => { aborted += 1; };

/** Makes so many of something, each with an abort listener, and measures nothing but their cancelling. */
const cancelling = <T>(starter: () => (n: number) => T, cancel: (one: T) => void): Variant => async (scale) => {
  const alive: unknown[] = [];
  const all = async (count: number): Promise<Measurement> => {
    const start = starter();
    const kept = Array.from({ length: count }, (_, n) => start(n));
    alive.push(kept);
    aborted = 0;
    const { cpu } = await cpuAndHeapOnce(count, () => { for (const one of kept) cancel(one); });
    if (aborted !== count) throw new Error(`Only ${aborted} of ${count} listeners were called.`);
    return { cpu };
  };
  for (let warm = 0; warm < 3; warm++) await all(WARM);
  const measured = await all(scale.of(TASKS));
  use(alive);
  return measured;
};

const brief = { goal: 'wait' };

const listening: Agent = (_brief, _steering, { signal }) => {
  signal.addEventListener('abort', onAbort, { once: true });
  return NEVER;
};

type Name = 'ours' | 'abort' | 'abortWithReason' | 'plain';

const us = (measurement: Measurement): string => `${(measurement['cpu']! / 1e3).toFixed(2)} µs`;

const row = (name: string, peer: string, variant: Name, must: number | null, aim: number | null): Row<Name> => ({
  name, peer, wanted: '<=', must, aim, unit: '×',
  ratio: (round) => round.ours['cpu']! / round[variant]['cpu']!,
  figures: (medians) => `${us(medians.ours)} / ${us(medians[variant])} each`,
});

/** Listens to the abort of a controller of its own. */
function controller(): AbortController {
  const made = new AbortController();
  made.signal.addEventListener('abort', onAbort, { once: true });
  return made;
}

export const cancel: Bench<Name> = {
  name: 'cancel',
  rounds: 5,
  variants: {
    ours: cancelling(() => {
      const session = sessionForMany();
      return () => session.delegate(listening, brief);
    }, (task) => { task.cancel(); }),
    abort: cancelling(() => controller, (one) => { one.abort(); }),
    abortWithReason: cancelling(() => controller, (one) => { one.abort('cancelled'); }),
    plain: cancelling(() => (n) => new PlainTask(`agent-${n}`, (_, signal) => {
      signal.addEventListener('abort', onAbort, { once: true });
      return NEVER;
    }), (task) => { task.cancel(); }),
  },
  rows: [
    row('cancel', 'task.cancel() / a bare loop of abort(), a listener on each, an error as each reason', 'abort', 1.5, 1.1),
    row('cancel: no error', 'task.cancel() / a bare loop of abort(\'cancelled\')', 'abortWithReason', null, null),
    row('cancel: plain', 'task.cancel() / that of the plain RxJS design', 'plain', null, null),
  ],
};
