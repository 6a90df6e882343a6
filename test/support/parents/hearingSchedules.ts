import { Subject } from 'rxjs';
import { createInbox, type Inbox } from '../../../src/inbox/index.js';
import { createSession, type AgentContext, type Session, type Task } from '../../../src/index.js';
import { createToolset, type Tool, type Toolset } from '../../../src/tools/index.js';
import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { ModelRequest, ToolCall, Turn } from '../modelServer/script.js';
import { createVirtualTime } from '../virtualTime.js';
import { createRandom } from './createRandom.js';
import { toldIn } from './toldIn.js';
import { around } from './around.js';

/** What a conversation is opened with. */
export interface Opening {
  readonly session: Session;
  readonly toolset: Toolset;
  readonly inbox: Inbox;
  readonly server: ModelServer;
  /** The conversation as the user's app has kept it, from an earlier life of the process. */
  readonly saved?: unknown;
  /** Keeps it, at each moment at which an app would: with no call in it that waits for its answer. */
  save?(messages: unknown): void;
}

/** How one turn of a conversation goes. */
export interface TurnPlan {
  readonly prompt: string;
  /** Requests that the loop makes at most. */
  readonly steps: number;
  /** Whether the history is kept as far as the framework has it, or is that from before the turn. */
  readonly keep: boolean;
  /** Whether the framework tries a request again that failed for a moment. */
  readonly retries: boolean;
  readonly signal: AbortSignal;
  readonly tools: Readonly<Record<string, Tool>>;
  /** Whether the line breaks under an answer, where that is what the wrapper sees, and not the requests. */
  breaks(): boolean;
}

/** A conversation of a wrapper's real loop: turn after turn, each of which may reject. */
export type Conversation = (plan: TurnPlan) => Promise<unknown>;

/** A wrapper whose loop is played. */
export interface HearingParent {
  open(this: void, at: Opening): Conversation;
  /** Whether it sees which answers of tools are taken, and no request: then lines break, and requests do not fail. */
  readonly isBlind?: boolean;
}

/** What random schedules found. */
export interface Heard {
  readonly ended: number;
  /** Questions that were asked. */
  readonly asked: number;
  /** Ends, and questions that stayed open, that no answered request ever told. */
  readonly lost: readonly string[];
  /** Ends and questions that were told although a model had read of them, or although the question was settled. */
  readonly twice: readonly string[];
}

/**
 * Plays so many random schedules of endings, questions, answers, tool reads, failing requests, aborts and dropped turns.
 *
 * @param seed - of the first
 */
export async function hearingSchedules({ open, isBlind = false }: HearingParent, runs: number, seed = 1): Promise<Heard> {
  let play: (request: ModelRequest) => Promise<Turn> = () => Promise.resolve({ say: 'nothing' });
  await using server = await createModelServer({ script: (request) => play(request) });
  let ended = 0;
  let asked = 0;
  const lost: string[] = [];
  const twice: string[] = [];
  for (let run = seed; run < seed + runs; run++) {
    const schedule = createSchedule(run, isBlind);
    play = schedule.play;
    await schedule.run(open, server);
    ended += schedule.tasks.length;
    asked += schedule.asked.size;
    lost.push(...schedule.lost().map((id) => `${id} in schedule ${run}`));
    twice.push(...schedule.twice.map((id) => `${id} in schedule ${run}`));
  }
  return { ended, asked, lost, twice };
}

function createSchedule(seed: number, isBlind: boolean) {
  const random = createRandom(seed);
  const chance = (of: number): boolean => random() < of;
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
  const { scheduler, advance } = createVirtualTime();
  const session = createSession({ scheduler, maxRunning: Infinity, generateId: () => `task-${seed}-${tasks.length}` });
  const tasks: Task[] = [];
  const ends: Subject<string>[] = [];
  const contexts: AgentContext[] = [];
  const asked = new Map<string, Task>();
  const unanswered: string[] = [];
  const heard = new Set<string>();
  const seen = new Set<string>();
  const twice: string[] = [];
  let isHealthy = false;
  let abort: (() => void) | undefined;
  let requests = 0;

  const start = (): void => {
    const end = new Subject<string>();
    ends.push(end);
    tasks.push(session.delegate((_brief, _steering, context) => {
      contexts.push(context);
      return end;
    }, { goal: `work ${tasks.length}` }));
  };
  const askOne = (): void => {
    const at = Math.floor(random() * tasks.length);
    const task = tasks[at]!;
    if (task.outcome !== undefined) return;
    const asking = contexts[at]!.ask({ text: `question ${asked.size}` }).subscribe({ error: () => undefined });
    asked.set(task.questions.at(-1)!.id, task);
    if (chance(0.2)) asking.unsubscribe();
  };
  const isOpen = (id: string): boolean => asked.get(id)!.questions.some((question) => question.id === id);
  const endOne = (): void => {
    const [end] = ends.splice(Math.floor(random() * ends.length), 1);
    if (end === undefined) return;
    if (chance(0.3)) end.error(new Error('no'));
    else {
      end.next('done');
      end.complete();
    }
  };
  const readTool = (): ToolCall => {
    const task_id = pick(tasks).id;
    return pick<ToolCall>([
      { name: 'collect_task', input: { task_id, timeout: 0 } },
      { name: 'check_task', input: { task_id } },
      { name: 'wait_for_tasks', input: { timeout: 0 } },
      { name: 'cancel_task', input: { task_id } },
      { name: 'answer_task', input: { task_id, answer: 'yes' } },
      { name: 'answer_task', input: { task_id, question_id: pick([...asked.keys(), 'q1']), answer: 'yes' } },
      { name: 'list_tasks', input: {} },
    ]);
  };

  const play = async (request: ModelRequest): Promise<Turn> => {
    requests += 1;
    const told = toldIn(request);
    for (const { id, place, asked } of told) {
      const key = `${id} ${place}`;
      // What nobody asked for is told anew, although it stands there already or was read before.
      const before = told.filter((one) => one.id === id && one.place !== place && seen.has(`${id} ${one.place}`));
      if (!asked && !seen.has(key) && (heard.has(id) || before.length > 0)) twice.push(id);
    }
    // What is put into a conversation is made as it is put there, in its last message; what stood there before may have been settled since.
    const last = JSON.stringify(request.messages.at(-1));
    for (const { id, place, question } of told) {
      if (question !== undefined && last.includes(`(${place})`) && !seen.has(`${id} ${place}`) && !isOpen(id)) twice.push(id);
    }
    for (const { id, place } of told) seen.add(`${id} ${place}`);
    // The same once more in one request.
    const news = told.filter(({ asked }) => !asked);
    for (const { id, place } of news) if (news.some((one) => one.id === id && one.place !== place)) twice.push(id);
    if (chance(0.5)) endOne();
    if (!isHealthy && chance(0.4)) askOne();
    if (!isHealthy && chance(0.1)) pick(tasks).questions[0]?.answer('by hand');
    if (!isHealthy && !isBlind) {
      if (chance(0.12)) return { status: 400 };
      if (chance(0.12)) return { status: 500, headers: { 'retry-after-ms': '1' } };
      if (chance(0.06) && abort !== undefined) {
        abort();
        // The client goes before it is answered.
        await new Promise((resolve) => { setTimeout(resolve, 5); });
        return { status: 400 };
      }
    }
    for (const { id } of told) heard.add(id);
    // Whoever is told by answers of tools only has to call one.
    if (isHealthy) return request.messages.at(-1)?.role === 'tool' ? { say: 'done' } : { call: [{ name: 'list_tasks', input: {} }] };
    if (chance(0.35)) return { say: 'done' };
    return { call: Array.from({ length: chance(0.3) ? 2 : 1 }, readTool) };
  };

  const run = async (open: (at: Opening) => Conversation, server: ModelServer): Promise<void> => {
    const toolset = createToolset(session, { agents: { worker: { agent: () => ['done'], description: 'Works.' } } });
    const inbox = createInbox(session, { maxBatch: pick([1, 2, 3]) });
    const converse = open({ session, toolset, inbox, server });
    const turn = async (steps: number, keep: boolean): Promise<void> => {
      const controller = new AbortController();
      abort = () => { controller.abort(); };
      const { signal } = controller;
      const breaks = (): boolean => !isHealthy && chance(0.2);
      const tools = isHealthy || isBlind || chance(0.7) ? toolset : around(toolset, () => { if (chance(0.3)) abort?.(); });
      const plan: TurnPlan = { prompt: 'Go on.', steps, keep: keep || isBlind, retries: chance(0.5), signal, tools, breaks };
      await converse(plan).catch(() => undefined);
    };
    for (let n = 0; n < 3; n++) start();
    for (let n = 0; n < 3; n++) {
      if (chance(0.5)) endOne();
      if (chance(0.3)) start();
      if (chance(0.4)) askOne();
      await turn(pick([1, 2, 3]), chance(0.6));
    }
    // What is still asked is told, and then everything ends; whoever is asked answers.
    isHealthy = true;
    for (let n = 0; n < 12 && (n === 0 || inbox.asking > 0); n++) {
      advance(400_000);
      await turn(2, true);
    }
    unanswered.push(...[...asked.keys()].filter(isOpen));
    while (ends.length > 0) endOne();
    for (let n = 0; n < 12 && (n === 0 || session.unheard().length > 0); n++) {
      advance(400_000);
      await turn(2, true);
    }
    await session.close();
  };

  return {
    play, run, tasks, twice, asked,
    lost: () => [...tasks.map(({ id }) => id), ...unanswered].filter((id) => !heard.has(id)),
    get requests() { return requests; },
  };
}
