import { setImmediate as nextTurn } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { openSession, type DurableSession, type DurableSessionOptions } from '../../../src/core/openSession.js';
import type { StoreView } from '../../../src/core/store.js';
import type { Brief } from '../../../src/index.js';
import { createInbox } from '../../../src/inbox/index.js';
import { memoryStore } from '../../../src/stores/memory.js';
import { createToolset } from '../../../src/tools/index.js';
import { createModelServer, type ModelServer } from '../modelServer/createModelServer.js';
import type { ModelRequest, ToolCall, Turn } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';
import { livesOf } from '../stores/livesOf.js';
import { createVirtualTime } from '../virtualTime.js';
import { createRandom } from './createRandom.js';
import type { HearingParent } from './hearingSchedules.js';
import { tellings } from './tellings.js';
import { toldIn } from './toldIn.js';
import { around } from './around.js';

/** What was found in plays in whose middle the process ended. */
export interface Restarted {
  readonly plays: number;
  readonly lives: number;
  /** Ends that were told, and those of them that were told in a life after the one before it had told them. */
  readonly ended: number;
  readonly again: number;
  readonly interrupted: number;
  readonly faults: readonly string[];
}

/** How a play is made. */
interface Plan {
  readonly seed: number;
  /** At which moment each of the first lives ends. The one behind them is the last. */
  readonly deaths: readonly number[];
  /** Whether a life ends in order, by `close()`, and how many turns a commit takes; else by the seed. */
  readonly closes?: boolean;
  readonly turns?: number;
}

/** A play with an end of the process at each moment of its first life, or at each so many. @param seed - of the play */
export async function everyMoment(parent: HearingParent, seed: number, step = 1): Promise<Restarted> {
  return played(parent, async function* (play) {
    // Some stores keep at once, some take their time.
    for (const turns of [0, 2]) {
      const { moments } = await play({ seed, deaths: [Infinity], turns });
      for (let moment = 1 + turns; moment <= moments; moment += step) yield { seed, deaths: [moment], turns, closes: moment % 4 === 0 };
    }
  });
}

/** Random plays of several lives, each of which ends at a random moment. */
export async function randomMoments(parent: HearingParent, runs: number, seed = 1): Promise<Restarted> {
  return played(parent, async function* () {
    for (let run = seed; run < seed + runs; run++) {
      const random = createRandom(run * 7_919);
      yield { seed: run, deaths: Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() ** 2 * 60)) };
    }
  });
}

type Played = Awaited<ReturnType<ReturnType<typeof createPlay>['run']>>;

async function played(
  parent: HearingParent, plans: (play: (plan: Plan) => Promise<Played>) => AsyncGenerator<Plan>,
): Promise<Restarted> {
  let answer: (request: ModelRequest) => Promise<Turn> = () => Promise.resolve({ say: 'nothing' });
  await using server = await createModelServer({ script: (request) => answer(request) });
  const all: Played[] = [];
  const play = async (plan: Plan): Promise<Played> => {
    const one = createPlay(parent, plan);
    answer = one.answer;
    const result = await one.run(server);
    all.push(result);
    return result;
  };
  for await (const plan of plans(play)) await play(plan);
  const sum = (of: 'lives' | 'ended' | 'again' | 'interrupted'): number => all.reduce((total, one) => total + one[of], 0);
  return {
    plays: all.length, lives: sum('lives'), ended: sum('ended'), again: sum('again'), interrupted: sum('interrupted'),
    faults: all.flatMap(({ faults }) => faults),
  };
}

/** One process, until it ends. */
interface Life {
  readonly heardBefore: ReadonlySet<string>;
  readonly saved: string;
  readonly heard: Set<string>;
  readonly ends: Map<string, Subject<string>>;
  session?: DurableSession;
  isOver: boolean;
  isHealthy: boolean;
  moments: number;
  abort(): void;
}

function createPlay({ open, isBlind = false }: HearingParent, { seed, deaths, closes, turns: taken }: Plan) {
  const random = createRandom(seed);
  const chance = (of: number): boolean => random() < of;
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)]!;
  const { scheduler, advance } = createVirtualTime();
  const memory = memoryStore();
  const view = memory.view() as StoreView;
  const next = livesOf(memory);
  const some = pick([0, 0, 1, 3]);
  const turns = taken ?? some;
  // Some apps keep the conversation at each step, some at the end of a turn. A host is a process of its own, and loses nothing.
  const savesSteps = chance(0.7) || isBlind;
  let saved: string | undefined;
  let life!: Life;
  let lives = 0;
  let goals = 0;
  let again = 0;
  const seen = new Set<string>();
  const read = new Set<string>();
  const notices = new Map<string, Set<string>>();
  const codes = new Map<string, Set<string | undefined>>();
  const interrupted = new Set<string>();
  const faults: string[] = [];
  const fault = (what: string): void => {
    faults.push(`${what} (seed ${seed}, deaths ${deaths.join()}, life ${lives}, moment ${life.moments}, ${turns} turns)`);
  };

  const agent = ({ goal }: Brief): Subject<string> => {
    const end = new Subject<string>();
    life.ends.set(goal, end);
    return end;
  };
  const agents = {
    worker: { agent: (brief: Brief) => agent(brief) },
    again: { agent: (brief: Brief) => agent(brief), onRestart: 'restart' },
  } as const satisfies DurableSessionOptions['agents'];
  const start = (): void => {
    const name = chance(0.7) ? 'worker' : 'again';
    life.session!.delegate(agents[name].agent, { goal: `work ${goals++}` }, { name });
  };
  const endOne = (): void => {
    const [goal, end] = [...life.ends][Math.floor(random() * life.ends.size)] ?? [];
    if (end === undefined) return;
    life.ends.delete(goal!);
    if (chance(0.3)) end.error(new Error('no'));
    else {
      end.next('done');
      end.complete();
    }
  };
  const readTool = (): ToolCall => {
    const all = view.list();
    if (all.length === 0) return { name: 'list_tasks', input: {} };
    const task_id = pick(all).id;
    return pick<ToolCall>([
      { name: 'collect_task', input: { task_id, timeout: 0 } },
      { name: 'check_task', input: { task_id } },
      { name: 'wait_for_tasks', input: { timeout: 0 } },
      { name: 'cancel_task', input: { task_id } },
      { name: 'list_tasks', input: {} },
      { name: 'delegate_task_async', input: { goal: `work ${goals++}`, agent: 'worker' } },
    ]);
  };

  /** Something is about to happen, or has happened: here the process may end. */
  const momentOf = (own: Life, death: number, isClosed: boolean, end: () => void) => (): void => {
    own.moments += 1;
    if (own.isOver || own.moments !== death) return;
    if (isClosed && own.session !== undefined) {
      // A signal comes between two turns, and what is under way has some time.
      setImmediate(() => {
        own.isOver = true;
        void own.session!.close().catch(() => undefined).then(() => { own.abort(); });
      });
      return;
    }
    own.isOver = true;
    end();
    own.abort();
  };
  let moment = (): void => undefined;

  const isSaved = (place: string): boolean =>
    life.saved.includes(place.startsWith('notice') ? place.slice('notice '.length) : escaped(place.replace(/^answer \d+ /, '')));

  const look = (request: ModelRequest): ReturnType<typeof toldIn> => {
    const told = toldIn(request);
    for (const { id, place, asked, completion } of told) {
      const key = `${id} ${place}`;
      const before = told.filter((one) => one.id === id && one.place !== place && seen.has(`${id} ${one.place}`));
      const known = notices.get(id) ?? new Set();
      notices.set(id, known);
      codes.set(id, (codes.get(id) ?? new Set()).add(completion.code));
      if (asked) continue;
      const stands = isSaved(place) || (seen.has(key) && !place.startsWith('notice'));
      if (!stands && life.heardBefore.has(id)) fault(`${id} was told again, and a life before knew that it was heard`);
      if (!seen.has(key)) {
        if (life.heard.has(id)) fault(`${id} was told again after the model had read it`);
        if (before.length > 0 && !isBlind) fault(`${id} was told again although it stands there`);
        if (place.startsWith('notice') && known.size > 0 && !known.has(place)) fault(`${id} was told again by another id`);
      } else if (!stands) again += 1;
      if (place.startsWith('notice')) known.add(place);
    }
    for (const { id, place } of told) seen.add(`${id} ${place}`);
    const news = told.filter(({ asked }) => !asked);
    for (const { id, place } of news) if (news.some((one) => one.id === id && one.place !== place)) fault(`${id} stands there twice`);
    for (const { text } of tellings(request)) if (text.includes('task_not_found')) fault(`An id does not resolve: ${text}`);
    return told;
  };

  const answer = async (request: ModelRequest): Promise<Turn> => {
    const own = life;
    const gone: Turn = { status: 400 };
    // A life that has ended may have had a request on its way.
    const [said] = request.messages.flatMap((message) => /in life (\d+)\./.exec(wordsOf(message))?.[1] ?? []).slice(-1);
    if (own.isOver || Number(said) !== lives) return gone;
    const told = look(request);
    moment();
    if (chance(0.5)) endOne();
    if (own.isOver) return gone;
    if (!own.isHealthy && !isBlind && chance(0.15)) return chance(0.5) ? gone : { status: 500, headers: { 'retry-after-ms': '1' } };
    for (const { id, place } of told) {
      // What a server that has ended told its host, the next one cannot know.
      if (!isBlind || !isSaved(place)) own.heard.add(id);
      read.add(id);
    }
    // The model has answered, and whether that still comes home is another matter.
    moment();
    if (own.isHealthy) return request.messages.at(-1)?.role === 'tool' ? { say: 'done' } : { call: [{ name: 'list_tasks', input: {} }] };
    if (chance(0.3)) return { say: 'done' };
    return { call: Array.from({ length: chance(0.3) ? 2 : 1 }, readTool) };
  };

  const live = async (server: ModelServer, death: number): Promise<number> => {
    const list = view.list();
    for (const { id, state, agent: name } of list) if (state === 'running' && name === 'worker') interrupted.add(id);
    const controller = new AbortController();
    const own: Life = life = {
      heardBefore: new Set(list.filter(({ heard }) => heard === true).map(({ id }) => id)),
      saved: saved ?? '', heard: new Set(), ends: new Map(), isOver: false, isHealthy: death === 0, moments: 0,
      abort: () => { controller.abort(); },
    };
    lives += 1;
    const isClosed = chance(0.3);
    const { store, end } = next({ turns, moment: () => { moment(); } });
    moment = momentOf(own, death, closes ?? isClosed, end);
    try {
      own.session = await openSession({ store, agents, scheduler, maxRunning: Infinity });
      advance(0);
      await nextTurn();
      await talk(own, server, controller.signal);
      await own.session.close();
    } catch (error) {
      if (!own.isOver) throw error;
    }
    own.isOver = true;
    end();
    return own.moments;
  };

  const talk = async (own: Life, server: ModelServer, signal: AbortSignal): Promise<void> => {
    const session = own.session!;
    const toolset = createToolset(session, { agents: { worker: { agent: agents.worker.agent, description: 'Works.' } } });
    const inbox = createInbox(session, { maxBatch: pick([1, 2, 3]) });
    let pending: string | undefined;
    const keep = (): void => { if (!own.isOver || isBlind) saved = pending ?? saved; };
    const converse = open({
      session, toolset, inbox, server, saved: saved === undefined ? [] : JSON.parse(saved) as unknown,
      save: (messages) => {
        if (own.isOver && !isBlind) return;
        pending = JSON.stringify(messages);
        moment();
        if (savesSteps) keep();
        moment();
      },
    });
    const turn = async (steps: number): Promise<void> => {
      const plan = {
        prompt: `Go on, in life ${lives}.`, steps, keep: true, retries: chance(0.5), signal, tools: around(toolset, () => { moment(); }),
        breaks: () => own.isOver || (!own.isHealthy && chance(0.1)),
      };
      await converse(plan).then(keep, () => undefined);
    };
    if (!own.isHealthy) {
      for (let n = lives === 1 ? 3 : 1; n > 0 && !own.isOver; n--) start();
      for (let n = 0; n < 2 && !own.isOver; n++) {
        if (chance(0.6)) endOne();
        await turn(pick([2, 3]));
      }
      return;
    }
    // In the end everything ends, and whoever is asked answers.
    for (let n = 0; n < 12 && (n === 0 || own.ends.size > 0 || session.unheard().length > 0); n++) {
      while (own.ends.size > 0) endOne();
      advance(400_000);
      await turn(2);
    }
  };

  const run = async (server: ModelServer) => {
    let moments = 0;
    for (const death of deaths) moments = await live(server, death);
    await live(server, 0);
    const all = view.list();
    for (const { id, status, heard } of all) {
      if (!read.has(id)) fault(`${id} (${status}) was told to nobody`);
      else if (heard !== true) fault(`${id} (${status}) was told, and is not heard of`);
    }
    for (const id of interrupted) {
      if (codes.get(id)?.has('interrupted') !== true) fault(`${id} was interrupted, and told as ${[...codes.get(id) ?? []].join()}`);
    }
    return { moments, lives, ended: all.length, again, interrupted: interrupted.size, faults };
  };
  return { answer, run };
}

/** A text as it stands in another. */
const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
