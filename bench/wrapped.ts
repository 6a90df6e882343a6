import { Observable, tap, type Subscriber } from 'rxjs';
import type { Agent } from '../src/core/agent.js';
import { createSession } from '../src/core/session.js';
import type { Bench, Measurement, Variant } from './support/bench.js';
import { cpuPerOperation } from './support/measure.js';

const TASKS = 10_000;
const TOGETHER = 100;
const LINES = 20;

const words = Array.from({ length: LINES }, (_, n) => `line ${n} of what a child prints as its work goes on`);

/** What `through(agent, tap())` comes to. */
const through = (agent: Agent): Agent => (brief, _steering, context) => context.run(agent, brief).pipe(tap());

/** Prints its lines, each in a turn of its own, and ends. */
const inTurns: Agent = () => new Observable((child) => {
  let printed = 0;
  const print = (): void => {
    child.next(words[printed++]!);
    if (printed < LINES) next = setImmediate(print);
    else child.complete();
  };
  let next = setImmediate(print);
  return () => { clearImmediate(next); };
});

/** Runs tasks to their ends, a hundred at a time. @param play - lets those that were started print and end */
const running = (wrappers: number, printer: Agent, play: () => Promise<void> | undefined): Variant => async (scale) => {
  let agent = printer;
  for (let n = 0; n < wrappers; n++) agent = through(agent);
  const tasks = scale.of(TASKS);
  return { cpu: await cpuPerOperation(tasks, async () => {
    const session = createSession({ maxRunning: Infinity, retain: { count: 2 * TOGETHER, unheard: 2 * TOGETHER } });
    for (let begun = 0; begun < tasks; begun += TOGETHER) {
      const batch = Array.from({ length: TOGETHER }, () => session.delegate(agent, { goal: 'print' }));
      await play();
      if (batch.some(({ status }) => status !== 'completed')) throw new Error('A task has not come to its end.');
    }
    await session.close();
  }) };
};

const turns = async (): Promise<void> => {
  for (let n = 0; n <= LINES; n++) await new Promise((resolve) => { setImmediate(resolve); });
};

/** Children that print when they are told to, in no time. */
const children: Subscriber<string>[] = [];
const told: Agent = () => new Observable((child) => { children.push(child); });
const tell = (): undefined => {
  for (const line of words) for (const child of children) child.next(line);
  for (const child of children.splice(0)) child.complete();
};

const us = ({ cpu = NaN }: Measurement): string => `${(cpu / 1e3).toFixed(1)} µs`;

export const wrapped: Bench<'bare' | 'thrice' | 'bareTold' | 'thriceTold'> = {
  name: 'wrapped',
  rounds: 5,
  variants: {
    bare: running(0, inTurns, turns),
    thrice: running(3, inTurns, turns),
    bareTold: running(0, told, tell),
    thriceTold: running(3, told, tell),
  },
  rows: [
    {
      name: 'wrapped: three times', wanted: '<=', must: 1.3, aim: 1.2, unit: '×',
      peer: `a task through three wrappers / the bare one, ${LINES} lines that each come in a turn of the event loop, CPU`,
      ratio: (round) => round.thrice['cpu']! / round.bare['cpu']!,
      figures: (medians) => `${us(medians.thrice)} / ${us(medians.bare)} a task`,
    },
    {
      name: 'wrapped: in no time', wanted: '<=', must: null, aim: null, unit: '×',
      peer: 'the same where the lines come all at once and cost their child nothing',
      ratio: (round) => round.thriceTold['cpu']! / round.bareTold['cpu']!,
      figures: (medians) => `${us(medians.thriceTold)} / ${us(medians.bareTold)} a task`,
    },
  ],
};
