import { ReplaySubject, type Observable } from 'rxjs';
import type { AgentFunction, CloseReport, Limit, OnRestart } from './agent.js';
import { A_FUNCTION, AN_OBJECT, can, check, count, readOptions, WORDS, type Kind, type Option } from './check.js';
import type { TaskId } from './events.js';
import { Commits } from './internal/durable/commits.js';
import { GatedDispatcher } from './internal/durable/gatedDispatcher.js';
import { decideClose, SUSPENDED } from './internal/durable/decideClose.js';
import { restore, type KnownAgent } from './internal/durable/restore.js';
import { StoreJournal } from './internal/durable/storeJournal.js';
import { IDS, newSeed, STEP } from './internal/session/createTaskIds.js';
import { A_LIMIT } from './internal/session/limitGate.js';
import { SessionCore } from './internal/session/sessionCore.js';
import { SessionVerbs } from './internal/session/sessionVerbs.js';
import { ON_RESTART } from './onRestart.js';
import { resolveLimits, type SessionOptions } from './limits.js';
import { A_SCHEMA } from './readResult.js';
import type { Session } from './session.js';
import type { StandardSchema } from './standardSchema.js';
import type { Store, StoreWarning } from './store.js';

/** An agent that a task of an earlier life may be given back to, with what becomes of its running tasks. */
export interface DurableAgent {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- no other type takes every agent
  readonly agent: AgentFunction<any>;
  /** What becomes of a running task when its process has ended. @defaultValue 'interrupt' */
  readonly onRestart?: OnRestart | undefined;
  readonly steerable?: boolean | undefined;
  /** What its tasks wait for when the session is opened again; a limit that was given to `delegate` alone is gone then. */
  readonly limit?: Limit | undefined;
  /**
   * What its results are validated by when the session is opened again; a schema that was given to `delegate` alone is gone then.
   * @defaultValue the agent's own property `resultSchema`
   */
  readonly resultSchema?: StandardSchema | undefined;
}

/** How a session that survives its process is to be. */
export interface DurableSessionOptions extends SessionOptions {
  /** Where its facts are kept, such as `sqlite('tasks.db')`. */
  readonly store: Store;
  /** The agents by the names of their tasks, each with a definition or as it describes itself. Only they are found again. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- no other type takes every agent
  readonly agents: Readonly<Record<string, DurableAgent | (AgentFunction<any> & Partial<Omit<DurableAgent, 'agent'>>)>>;
  /** Attempts of one task in a row that may end with their process; then it is interrupted. @defaultValue 3 */
  readonly maxAttempts?: number | undefined;
}

/** A session that survives its process. */
export interface DurableSession extends Session {
  /** What whoever runs it should know of its store. Replays the last twenty. */
  readonly warnings: Observable<StoreWarning>;
  /**
   * Resolves when everything so far is kept.
   *
   * @throws StoreUnavailableError, StoreLostError
   */
  kept(this: void): Promise<void>;
  /**
   * An orderly end of the process: takes no more tasks; what waits, and what may restart or resume, goes on when the store is opened
   * again (`kept`); the rest ends as `interrupted`, and nothing is marked heard. To end everything for good, call `cancel` before. The
   * `events` of what goes on complete without an outcome.
   *
   * @throws StoreUnavailableError where what happened last could not be kept
   */
  close(reason?: unknown): Promise<DurableCloseReport>;
}

/** What became of the tasks of a closed session with a store. */
export interface DurableCloseReport extends CloseReport {
  /** Those that go on when the store is opened again. */
  readonly kept: readonly TaskId[];
}

const A_STORE: Kind = [(value) => can(value, 'open', 'commit', 'print', 'close'), 'a store, such as sqlite(\'tasks.db\')'];
const AGENTS: Kind = [(value) => AN_OBJECT[0](value) && !(value instanceof Map), 'an object of agents by their names'];
const OWN: Record<'store' | 'agents' | 'maxAttempts', Option> = {
  store: [undefined, A_STORE], agents: [undefined, AGENTS], maxAttempts: [3, count(1)],
};

/** Warnings that are replayed. */
const WARNINGS = 20;

/** Ids that a store gives back of forgotten tasks. */
const EVICTED = 10_000;

/** Ids that may have been drawn and not kept when a process ended. */
const UNKEPT = 1_000;

/**
 * Opens a session that survives its process: what was acknowledged is known after any crash. What had ended is there, with its result,
 * its window and whether anybody has heard of it; what waited is run; what ran goes on where its agent says that it may, and else ends as
 * `interrupted`. Nothing is run again unless its agent says so. What goes on is called behind the moment in which this resolves.
 *
 * ```ts
 * import { collect } from 'sidestream';
 * import { memoryStore, openSession } from 'sidestream/stores';
 *
 * const store = memoryStore();
 * const agents = { counter: { agent: async ({ goal }: { goal: string }) => `${goal}: done` } };
 * const first = await openSession({ store, agents });
 * const { id } = first.delegate(agents.counter.agent, { goal: 'count' }, { name: 'counter' });
 * await collect(first.get(id)!);
 * await first.close();
 *
 * const second = await openSession({ store, agents });
 * console.log(second.get(id)?.snapshot().status); // completed
 * await second.close();
 * ```
 *
 * @throws InvalidArgumentError, StoreBusyError, StoreNewerError, StoreDamagedError, StoreUnavailableError
 */
export async function openSession(options: DurableSessionOptions): Promise<DurableSession> {
  check('the options of openSession', options, AN_OBJECT);
  const { store: given, agents: named, maxAttempts: most, ...rest } = options;
  const { store, maxAttempts } = readOptions('the options of openSession', { store: given, agents: named, maxAttempts: most }, OWN) as {
    readonly store: Store; readonly maxAttempts: number;
  };
  check('store', store, A_STORE);
  const limits = resolveLimits(rest);
  const agents = readAgents(named);
  const kept = await store.open({
    holder: holder(), heard: limits.retain.count, unheard: limits.retain.unheard, evicted: EVICTED,
  });
  const seed = kept.seed ?? newSeed();
  const lastN = kept.lastN === 0 ? 0 : kept.lastN + UNKEPT;
  const warnings = new ReplaySubject<StoreWarning>(WARNINGS);
  // Whoever hears of it is foreign code, and somebody may be in the middle of a delegate, or of an end.
  const warn = (warning: StoreWarning): void => { queueMicrotask(() => { warnings.next(warning); }); };
  const { scheduler } = limits;
  const nameOf = (agent: AgentFunction, name = ''): string | undefined =>
    agents.get(name)?.agent === agent ? name : [...agents].find(([, known]) => known.agent === agent)?.[0];
  const commits = new Commits(store, {
    scheduler,
    warn,
    resumed: () => { dispatcher.resume(); },
    lost: () => {
      dispatcher.shut();
      core.shut(core.root, (task, ended) => { task.decide(SUSPENDED, ended); });
    },
  });
  let dispatcher!: GatedDispatcher;
  const core = new SessionCore(limits, placeOf(seed, lastN), (onIdle) => dispatcher = new GatedDispatcher(onIdle, commits));
  core.steeringIds = core.questionIds = kept.epoch * 1_000_000;
  const journal = core.journal = new StoreJournal(store, commits, {
    scheduler, clock: core.clock, dispatcher, warn, nameOf,
    resumes: (agent) => [...agents.values()].some((known) => known.agent === agent && known.onRestart === 'resume'),
    hear: (id) => {
      const task = core.records.get(id);
      if (task !== undefined) core.heard(task);
    },
  }, kept, lastN);
  const { newId } = core;
  core.newId = (name) => {
    journal.drawn();
    return newId(name);
  };
  if (kept.seed === undefined) commits.write({ type: 'begun', seed });
  core.seats.isPaused = kept.paused === true;
  core.isStarting = true;
  try {
    restore(core, kept, { agents, maxAttempts });
    await journal.settled();
  } catch (thrown) {
    // Nobody is given the session, so nobody could close it.
    commits.close();
    await store.close();
    throw thrown;
  }
  scheduler.schedule(() => {
    core.isStarting = false;
    dispatcher.resume();
  });

  const endLife = async (): Promise<DurableCloseReport> => {
    const goesOn: TaskId[] = [];
    // Whoever closes has what he was given before.
    journal.allGiven();
    const running = new Set([...core.records.values()].filter(({ startedAt }) => startedAt !== undefined).map(({ id }) => id));
    const report = await core.close(core.root, decideClose(({ agent, name }) => agents.get(nameOf(agent!, name) ?? ''), goesOn));
    try {
      // Of a store that is lost everybody knows by now.
      if (!commits.isLost) await journal.end(goesOn.filter((id) => running.has(id)));
    } finally {
      commits.close();
      // Who waits for what could not be kept waits no longer.
      dispatcher.shut();
      await store.close();
      warnings.complete();
    }
    return { ...report, kept: goesOn };
  };
  let closing: Promise<DurableCloseReport> | undefined;
  const close = (): Promise<DurableCloseReport> => {
    // Who is stopped by the closing may close, too.
    if (closing !== undefined) return closing;
    let end!: (report: Promise<DurableCloseReport>) => void;
    closing = new Promise((resolve) => { end = resolve; });
    end(endLife());
    return closing;
  };
  return Object.assign(new SessionVerbs(core), {
    warnings: warnings.asObservable(),
    kept: async () => { await journal.allSettled(); },
    close,
    [Symbol.asyncDispose]: async () => { await close(); },
  });
}

/** Where the ids are after so many: more than a number holds lies in between. */
const placeOf = (seed: number, steps: number): number => Number((BigInt(seed) + BigInt(STEP) * BigInt(steps)) % BigInt(IDS));

function readAgents(named: DurableSessionOptions['agents']): ReadonlyMap<string, KnownAgent> {
  check('agents', named, AGENTS);
  return new Map(Object.entries(named).map(([name, given]) => {
    check('each name in `agents`', name, WORDS);
    const { agent, ...said } = (typeof given === 'function' ? { agent: given } : Object(given)) as DurableAgent;
    check(`agents.${name}.agent`, agent, A_FUNCTION);
    const own = agent as Partial<DurableAgent>;
    const {
      onRestart = own.onRestart ?? 'interrupt', steerable = own.steerable, limit = own.limit, resultSchema = own.resultSchema,
    } = said;
    check(`agents.${name}.onRestart`, onRestart, ON_RESTART);
    if (limit !== undefined) check(`agents.${name}.limit`, limit, A_LIMIT);
    if (resultSchema !== undefined) check(`agents.${name}.resultSchema`, resultSchema, A_SCHEMA);
    return [name, { agent, onRestart, steerable, limit, resultSchema }];
  }));
}

/** Who it is, for whoever finds the store owned: the program that runs. */
function holder(): string {
  const { process } = globalThis as { readonly process?: { readonly argv?: readonly string[] } };
  return process?.argv?.[1]?.split(/[\\/]/).at(-1) ?? 'a session';
}
