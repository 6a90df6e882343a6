import { createToolset } from '../src/tools/toolset.js';
import type { Bench, Measurement, Variant } from './support/bench.js';
import { use } from './support/measure.js';
import type { PlainTask } from './support/plainTask.js';
import { linesOf, ourProducers, plainProducers, printEach, sessionForMany, type Producers } from './support/producers.js';
import { median } from './support/statistics.js';

const TASKS = 10;
const LINES = 200;
const CALLS = 20_000;

/** Tasks whose windows are full. */
function printed<T>(producers: Producers<T>): Producers<T> {
  for (let second = 0; second < LINES; second++) printEach(producers.children, linesOf(producers.children.length, second));
  return producers;
}

/** CPU nanoseconds of one call, by the median of several samples. */
async function calls(count: number, call: (n: number) => Promise<unknown>): Promise<Measurement> {
  const times: number[] = [];
  for (let sample = 0; sample < 7; sample++) {
    const start = process.cpuUsage();
    for (let n = 0; n < count; n++) use(await call(n));
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) * 1_000 / count);
  }
  return { check: median(times.slice(2)) };
}

const ours: Variant = (scale) => {
  const session = sessionForMany();
  const { tasks } = printed(ourProducers(TASKS, session));
  const { check_task: check } = createToolset(session, { agents: { agent: () => [] } });
  return calls(scale.of(CALLS), (n) => check.execute({ task_id: tasks[n % TASKS]!.id }));
};

/** The answer as one makes it by hand: what the model sent is looked at, the task looked up, its lines joined. */
async function answer(tasks: ReadonlyMap<string, PlainTask>, input: unknown): Promise<object> {
  await Promise.resolve();
  const { task_id: id } = input as { readonly task_id?: unknown };
  const task = typeof id === 'string' ? tasks.get(id) : undefined;
  if (task === undefined) return { ok: false, error: `Task not found: ${String(id)}` };
  const { status, elapsed, lastActivityAt, preview, windowLines } = task.check();
  return {
    ok: true,
    task_id: id,
    status,
    elapsed: Math.round(elapsed / 100) / 10,
    output_preview: preview.join('\n'),
    output_lines: windowLines,
    seconds_since_activity: Math.round((Date.now() - lastActivityAt) / 100) / 10,
  };
}

const plain: Variant = (scale) => {
  const { tasks } = printed(plainProducers(TASKS));
  const known = new Map(tasks.map((task) => [task.id, task]));
  return calls(scale.of(CALLS), (n) => answer(known, { task_id: tasks[n % TASKS]!.id }));
};

const us = (value = NaN): string => `${(value / 1e3).toFixed(2)} µs`;

export const toolCalls: Bench<'ours' | 'plain'> = {
  name: 'tool-calls',
  rounds: 3,
  variants: { ours, plain },
  rows: [{
    name: 'tool-calls: check_task',
    peer: `check_task.execute() / an answer made by hand over plain RxJS, ${TASKS} tasks with full windows`,
    wanted: '<=', must: 1.2, aim: 1, unit: '×',
    ratio: (round) => round.ours['check']! / round.plain['check']!,
    figures: (medians) => `${us(medians.ours['check'])} / ${us(medians.plain['check'])} a call`,
  }],
};
