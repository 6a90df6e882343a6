/** One run of the load: prints what it saw as JSON. Started by the figure, with the kind of store, its directory and the seconds. */
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { concat, ignoreElements, map, merge, of, take, timer } from 'rxjs';
import { collect, createSession, line, result, type Agent } from '../../../src/index.js';
import { sqlite } from '../../../src/stores/sqlite/index.js';
import { openSession } from '../../../src/stores/index.js';

/** A task every ten milliseconds, each with so many lines. */
const EVERY = 10;
const LINES = 10;

const [kind = 'none', directory = '', seconds = '10'] = process.argv.slice(2);

const worker: Agent<{ readonly goal: string }> = ({ goal }, steering, { save }) => merge(
  steering.pipe(ignoreElements()),
  concat(
    timer(0, EVERY).pipe(take(LINES), map((n) => {
      if (n === LINES / 2) save({ at: n });
      return line(`${goal}: line ${n} of what a program prints, with a path or two and some numbers in it`);
    })),
    of(result({ goal })),
  ),
).pipe(take(LINES + 1));

const agents = { worker: { agent: worker, onRestart: 'resume' } } as const;
const limits = { maxRunning: 1_000, overflow: 'queue' } as const;
const session = kind === 'none' ? createSession(limits)
  : await openSession({ ...limits, agents, store: sqlite(join(directory, 'load.db'), { durability: kind as 'process' | 'power' }) });

let ended = 0;
let started = 0;
const one = (): void => {
  const task = session.delegate(worker, { goal: `task ${++started}` }, { name: 'worker' });
  task.steer('go on');
  void collect(task).then(() => { ended += 1; }, () => undefined);
};

// What is compiled and opened first is no part of it.
await new Promise((resolve) => { setTimeout(resolve, 500); });
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const cpu = process.cpuUsage();
const begun = performance.now();
await new Promise<void>((resolve) => {
  const ticking = setInterval(() => {
    const passed = performance.now() - begun;
    for (let due = Math.ceil(passed / EVERY) - started; due > 0; due--) one();
    if (passed >= Number(seconds) * 1_000) {
      clearInterval(ticking);
      resolve();
    }
  }, EVERY);
});
const { user, system } = process.cpuUsage(cpu);
delay.disable();
console.log(JSON.stringify({ p99: delay.percentile(99) / 1e6, cpu: (user + system) / 1e3, started, ended }));
await session.close();
