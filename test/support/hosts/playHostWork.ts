import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { ModelRequest, Script, ToolCall, Turn } from '../modelServer/script.js';
import { tellings } from '../parents/tellings.js';
import { answerIn } from './answerIn.js';
import { createHostStage, type Ended, type HostStage } from './hostStage.js';
import type { RealHost } from './realHost.js';

export const TOOLS = [
  'delegate_task_async', 'check_task', 'collect_task', 'wait_for_tasks', 'steer_task', 'answer_task', 'cancel_task', 'list_tasks',
  'delegate_task',
] as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools, as they were shown to the model
export type Answer = any;

/** What the model does next, by the answers that it was shown so far; nothing more is the end. */
export type Step = (told: readonly Answer[]) => { readonly name: typeof TOOLS[number]; readonly input: unknown };

/** A host, a model, and what became of them so far. */
export interface HostRun {
  readonly answers: Answer[];
  readonly listed: Set<string>;
  readonly model: ModelServer;
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Runs a host whose model makes one call after the other, and then says `all done` or, where it is to stay, nothing more. */
export async function playSteps(
  host: RealHost, stage: HostStage, steps: readonly Step[], then: Turn = { say: 'all done' },
): Promise<HostRun> {
  const answers: Answer[] = [];
  const listed = new Set<string>();
  const script: Script = (request) => {
    const named = (name: string): string | undefined =>
      request.tools.find((tool) => tool.endsWith(name) && tool.includes('sidestream'));
    const all = tellings(request);
    const found = all.filter(({ name }) => name === host.search?.name).map(({ text }) => text).join();
    for (const name of TOOLS) if (named(name) !== undefined || new RegExp(`sidestream__${name}\\b`).test(found)) listed.add(name);
    const told = all.filter(({ name, arguments: input }) => name !== host.search?.name && `${name} ${input}`.includes('sidestream'))
      .map(({ text }) => answerIn(text) ?? { said: text });
    const isKnown = named('check_task') !== undefined || found !== '';
    if (!isKnown) {
      const { search } = host;
      return search !== undefined && request.tools.includes(search.name)
        ? { call: [{ name: search.name, input: search.input(TOOLS) }] }
        : { say: 'a title' };
    }
    answers.splice(0, Infinity, ...told);
    const next = steps[told.length]?.(told);
    return next === undefined ? then : { call: [callOf(host, next, request, named(next.name))] };
  };
  const model = await createModelServer({ script });
  const { args, env } = await host.setUp(stage.home, model, stage.server);
  const { pid, ended } = stage.run(args, env);
  return { answers, listed, model, pid, ended };
}

function callOf(host: RealHost, { name, input }: ReturnType<Step>, request: ModelRequest, offered: string | undefined): ToolCall {
  return host.call?.(name, input, request) ?? { name: offered ?? name, input };
}

/** Longer than any host waits for a call that says nothing. */
export const SECONDS = 70;

const WORK: readonly Step[] = [
  () => ({ name: 'delegate_task_async', input: { goal: 'count' } }),
  ([one]) => ({ name: 'check_task', input: { task_id: one.task_id } }),
  ([one]) => ({ name: 'steer_task', input: { task_id: one.task_id, message: 'turn left' } }),
  () => ({ name: 'delegate_task_async', input: { goal: 'spare' } }),
  () => ({ name: 'wait_for_tasks', input: { timeout: 1 } }),
  (told) => ({ name: 'cancel_task', input: { task_id: told[3].task_id, reason: 'enough' } }),
  () => ({ name: 'check_task', input: { task_id: 'worker-000000' } }),
  () => ({ name: 'list_tasks', input: {} }),
  ([one]) => ({ name: 'collect_task', input: { task_id: one.task_id, timeout: 300 } }),
  ([one]) => ({ name: 'collect_task', input: { task_id: one.task_id, timeout: 300 } }),
  () => ({ name: 'delegate_task_async', input: { goal: 'left behind' } }),
  () => ({ name: 'wait_for_tasks', input: { timeout: 1 } }),
];

/** What its model was told, one by one. */
type Told = 'started' | 'checked' | 'steered' | 'spare' | 'cancelled' | 'unknown' | 'list' | 'shortened' | 'collected' | 'left';

/** What a host did with a whole day's work, and how many children were there when it had ended. */
export interface Played extends Ended {
  readonly listed: readonly string[];
  readonly answers: Readonly<Record<Told, Answer>>;
  readonly children: number;
  readonly alive: number;
  readonly requests: readonly unknown[];
}

/** Milliseconds in which a server ends what it started when its host has gone. */
const GONE = 5_000;

/** Plays it once; every row of the table is about a part of it. */
export async function playHostWork(host: RealHost, directory: string): Promise<Played> {
  await using stage = await createHostStage(host, directory, SECONDS);
  const { answers: told, listed, model, ended } = await playSteps(host, stage, WORK);
  const { code, output } = await ended;
  const until = performance.now() + GONE;
  while ((await stage.alive()).length > 0 && performance.now() < until) await new Promise((resolve) => { setTimeout(resolve, 20); });
  const [started, checked, steered, spare, , cancelled, unknown, list, shortened, collected, left] = told;
  const played = {
    code, output, listed: [...listed],
    answers: { started, checked, steered, spare, cancelled, unknown, list, shortened, collected, left },
    children: (await stage.children()).length,
    alive: (await stage.alive()).length,
    requests: model.visits.map(({ index, state, tools, messages }) => ({ index, state, tools, messages: messages.slice(-4) })),
  };
  await model.close();
  return played;
}
