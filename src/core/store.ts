import type { Ending, Failure, LineEvent, SteeringState, TaskEvent, TaskId } from './events.js';
import type { Budget, WrapUp } from './budget.js';
import type { Json, JsonObject } from './json.js';
import type { UsageOutput } from './output.js';
import type { AnsweredHow, QuestionData } from './question.js';

/**
 * Where a durable session keeps its facts. The session alone decides what happens: a store keeps the facts in their order, and gives back
 * what they come to. `storeLaws` says what is expected of one.
 *
 * ```
 * session  ──open──▶ Kept      facts ──commit──▶ kept      lines ──print──▶ kept soon      close
 * ```
 */
export interface Store {
  /** What it is called in sentences, such as the path of its file. */
  readonly name: string;
  /**
   * Takes ownership, and answers with what is there. Only one process owns a store at a time.
   *
   * @throws StoreBusyError, StoreNewerError, StoreDamagedError, StoreUnavailableError
   */
  open(by: StoreOpening): Kept | Promise<Kept>;
  /**
   * Keeps all of these facts or none, behind all before them. Answering nothing means that they are kept now; the session never has two
   * commits under way. A fact about a task that is not there, or that the session has let go of, says nothing.
   *
   * @throws StoreUnavailableError: nothing was kept, and the same facts come again; StoreLostError: somebody else owns it now, or it is
   * not open; StoreDamagedError; InvalidArgumentError: a task is created that is there already, so nothing of the group was kept
   */
  commit(facts: readonly Fact[]): void | Promise<void>;
  /** Keeps lines of a running task soon, within 50 ms: the last may be lost. Never throws, and is never waited for. */
  print(id: TaskId, page: Page): void;
  /** Keeps what was printed and gives up ownership. Closing again does nothing. */
  close(): void | Promise<void>;
  /** Opens it for reading, also while somebody owns it. Nothing is changed by that. */
  view(): StoreView | Promise<StoreView>;
}

/** Who opens a store, and how much of it. */
export interface StoreOpening {
  /** Who it is, for whoever finds it owned. */
  readonly holder: string;
  /**
   * Ended tasks that are to be given back: so many that were heard of, the latest to end, and so many that were not. Those beyond them
   * count as evicted from then on, in the order of their endings.
   */
  readonly heard: number;
  readonly unheard: number;
  /** Ids of forgotten tasks that are to be given back at most, the latest. */
  readonly evicted: number;
}

/** What a store holds. */
export interface Kept {
  /** How often the store was opened, this time included. */
  readonly epoch: number;
  /** What was given with the first fact `begun`, where there was one. */
  readonly seed?: number | undefined;
  /** The greatest ordinal of a task, and the greatest of an ending; 0 where there was none. */
  readonly lastN: number;
  readonly lastOrder: number;
  /** What lives and what is kept of the ended, by ordinal. */
  readonly tasks: readonly KeptTask[];
  /** What was told and not heard of since, oldest first; only of tasks that are given back. */
  readonly told: readonly KeptTelling[];
  /** Forgotten tasks, each with the ids of the tasks and scopes above it, oldest first. */
  readonly evicted: readonly EvictedTask[];
  /** Whether the session holds back what waits. @defaultValue false */
  readonly paused?: boolean | undefined;
  /** What was spent in each place, the latest to be said last. @defaultValue nothing */
  readonly spent?: readonly KeptSpent[] | undefined;
}

/** What was ever spent in a place, by all that was below it, forgotten tasks included: in a scope, by its id, or in the session, by ''. */
export interface KeptSpent {
  readonly place: string;
  readonly usage: NonNullable<KeptTask['usage']>;
}

export interface EvictedTask {
  readonly id: TaskId;
  readonly parentIds: readonly TaskId[];
}

/** That tasks have ended, or ask something, as it was told: in a batch of an inbox, or in the answer to a call of a tool. */
export interface KeptTelling {
  readonly kind: 'batch' | 'call';
  readonly mark: string;
  /** Those of the ended that were not heard of since. */
  readonly ids: readonly TaskId[];
  /** The ids of the questions that are open and were not read since. @defaultValue none */
  readonly questions?: readonly string[] | undefined;
}

/** A line: its text, when it was printed (milliseconds since 1970), and how many characters were cut off it, where any were. */
export type KeptLine = readonly [text: string, at: number, cut?: number];

/** What is kept of what a task said. */
export interface KeptLog {
  /** The last lines. */
  readonly lines: readonly KeptLine[];
  /** How many lines there ever were. */
  readonly count: number;
  /** The last events that are no lines, the outcome apart, and how many came before them. */
  readonly others: readonly Exclude<TaskEvent, LineEvent>[];
  readonly gone: number;
}

/** A steering message that was accepted. Its text is there as long as it is queued, or where it was missed; otherwise it is empty. */
export interface KeptLetter {
  readonly id: string;
  readonly state: SteeringState;
  readonly text: string;
  readonly reason?: string | undefined;
  readonly step?: number | undefined;
}

/** A question of a task that lives, and what became of it; open where there is no `how`. */
export interface KeptQuestion {
  readonly question: QuestionData;
  readonly how?: AnsweredHow | undefined;
  readonly answer?: Json | undefined;
  readonly reason?: string | undefined;
  /** Where a model has read it, as far as is known: the id of the place whose model that is, or '' for the session's. */
  readonly readAt?: string | undefined;
}

/** How a task ended, as JSON. */
export type KeptEnding = Extract<Ending, { readonly type: 'cancelled' }> | {
  readonly type: 'completed';
  readonly result: Json;
  readonly form?: KeptForm | undefined;
} | {
  readonly type: 'failed';
  readonly error: Failure;
  readonly partial?: Json | undefined;
  readonly form?: KeptForm | undefined;
};

/**
 * How a result, or what there is of one, is to be read: bytes in base64; a list of parts, those of files with their `data` in base64; or,
 * where it was no JSON, the text that is left of it.
 */
export type KeptForm = 'bytes' | 'parts' | 'text';

/** What a task and all below it have used, as far as is known. */
export interface KeptUsage extends Omit<UsageOutput, 'type'> {
  readonly steps?: number | undefined;
  readonly toolCalls?: number | undefined;
  readonly incomplete?: true;
}

/** What of a task's options can be kept. */
export interface KeptOptions {
  readonly detached?: boolean | undefined;
  readonly deadline?: number | undefined;
  readonly idleTimeout?: number | undefined;
  readonly steerable?: boolean | undefined;
  readonly budget?: Budget | undefined;
  readonly wrapUp?: WrapUp | undefined;
  /** The name by which its agent is found, where its task has another. */
  readonly known?: string | undefined;
  /** Whether it had to wait for a slot. */
  readonly queued?: boolean | undefined;
  /** Names it in the place in which it was started, the latest of those that have the same. */
  readonly key?: string | undefined;
  /** The id of the scope in which it has its key; elsewhere it has none, such as when it has left that. */
  readonly keyIn?: string | undefined;
  readonly meta?: Readonly<Record<string, string>> | undefined;
  /** Whether it had a signal: then it is never run again, as whoever would abort it has gone. */
  readonly signal?: boolean | undefined;
}

/** A task. */
export interface KeptTask {
  readonly id: TaskId;
  /** Its place among all tasks of the store, from 1. */
  readonly n: number;
  readonly agent: string;
  /** Whether its agent was the one of that name: only then it can be found again. */
  readonly named: boolean;
  /**
   * The ids of the tasks and the named scopes above it, the nearest first. Those of scopes begin with `scope:`, and are opaque to a store,
   * but that one below another begins with the id of that and a slash.
   */
  readonly parentIds: readonly TaskId[];
  readonly brief: JsonObject;
  readonly options: KeptOptions;
  readonly state: 'queued' | 'running' | 'ended';
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  /** When its agent was called first, in whichever attempt. */
  readonly startedAt?: number | undefined;
  /** When it last put anything out, as far as is known. */
  readonly activeAt?: number | undefined;
  readonly attempt: number;
  /** How many attempts in a row ended with their process, this one included while it runs; an orderly end counts none. */
  readonly tries: number;
  /** What the agent saved last. */
  readonly saved?: Json | undefined;
  readonly usage?: KeptUsage | undefined;
  /** In the order of their coming, at most 1 000: beyond that the oldest that are settled go, and none that is queued. */
  readonly letters: readonly KeptLetter[];
  /**
   * What it asks, and what it was answered since it saved last, in the order of their coming; none where it has ended.
   * @defaultValue none
   */
  readonly questions?: readonly KeptQuestion[] | undefined;
  readonly log: KeptLog;
  readonly ended?: {
    readonly ending: KeptEnding;
    readonly at: number;
    /** Its place in the task's events. */
    readonly seq: number;
    /** Its place among all endings of the store, from 1. */
    readonly order: number;
    /** What ended with it, itself first, where there were others. */
    readonly ids?: readonly TaskId[] | undefined;
    readonly heard: boolean;
    readonly weight: number;
  } | undefined;
}

/** Lines of a task that lives, and what else is known of it by then. */
export interface Page {
  /** The number of the first of the lines among all of the task, in all its attempts. Lines that are there from it on are replaced. */
  readonly first: number;
  readonly lines: readonly KeptLine[];
  /** How many of the task's last lines are to be kept. */
  readonly keep: number;
  readonly activeAt: number;
  readonly usage?: KeptTask['usage'];
}

/** One thing that happened, as it is kept. */
export type Fact =
  /** The first of a store: where its ids begin. */
  | { readonly type: 'begun'; readonly seed: number }
  /** Queued, with no try yet, or where it has a `startedAt`, running in its first. */
  | (Pick<KeptTask, 'id' | 'n' | 'agent' | 'named' | 'parentIds' | 'brief' | 'options' | 'createdAt' | 'startedAt'> & {
    readonly type: 'created';
  })
  /** The agent is about to be called: of what waited, for the first time, or of what went on, for the next. */
  | { readonly type: 'started'; readonly id: TaskId; readonly at: number; readonly attempt: number; readonly tries: number }
  /** The agent began a new attempt by itself. */
  | { readonly type: 'attempted'; readonly id: TaskId; readonly attempt: number }
  /** A message was accepted, or something has become of it. A missed one without a text has the one that it was accepted with. */
  | (KeptLetter & { readonly type: 'steered'; readonly taskId: TaskId })
  | { readonly type: 'asked'; readonly id: TaskId; readonly question: QuestionData }
  /** The first that is said of a question counts; of one that is not there, it says nothing. */
  | (Pick<KeptQuestion, 'answer' | 'reason'> & {
    readonly type: 'answered'; readonly id: TaskId; readonly questionId: string; readonly how: AnsweredHow;
  })
  /** The model of a place has read a question: it leaves what was told. */
  | { readonly type: 'read'; readonly id: TaskId; readonly questionId: string; readonly at: string }
  /** What was settled before is behind it: who goes on from here does not ask that again. */
  | { readonly type: 'saved'; readonly id: TaskId; readonly checkpoint: Json }
  /** The first one of a task counts. Its log stands instead of all that was printed; a usage that is left out is what was printed last. */
  | (NonNullable<KeptTask['ended']> & {
    readonly type: 'ended'; readonly id: TaskId; readonly attempt: number; readonly log: KeptLog;
    readonly activeAt: number; readonly usage?: KeptTask['usage'];
  })
  /**
   * About to be told. The same mark of a kind may be told again, with what is left of it, in its old place. A question that is settled, or
   * whose task has ended, leaves it at the latest at the next opening.
   */
  | (KeptTelling & { readonly type: 'told' })
  | { readonly type: 'heard'; readonly ids: readonly TaskId[] }
  /** The session has let go of ended tasks; they leave what was told, and a store may keep them for viewers. */
  | { readonly type: 'evicted'; readonly ids: readonly TaskId[]; readonly at: number }
  /** Stands instead of what was said of that place before. The 10 000 places that were said last are known. */
  | (KeptSpent & { readonly type: 'spent' })
  /**
   * A scope was closed: these tasks leave it, and every scope below it, and what was told, since others are to hear of them now. What was
   * spent in those scopes is forgotten.
   */
  | { readonly type: 'closed'; readonly scope: string; readonly ids: readonly TaskId[] }
  /** Whether the session holds back what waits, from now on. */
  | { readonly type: 'paused'; readonly paused: boolean }
  /** The session was closed in order while these ran: their attempt was no failed try. */
  | { readonly type: 'suspended'; readonly ids: readonly TaskId[] };

/** Who owns a store. */
export interface StoreOwner {
  readonly holder: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Whether it still does. */
  readonly isAlive: boolean;
}

/** What a list shows of a task; `evicted` where the session has let go of it. */
export type TaskSummary =
  & Pick<KeptTask, 'id' | 'n' | 'agent' | 'parentIds' | 'state' | 'createdAt' | 'startedAt' | 'attempt'>
  & {
    /** At most its first 500 characters. */
    readonly goal: string;
    readonly status: 'queued' | 'running' | Ending['type'];
    readonly endedAt?: number;
    readonly heard?: boolean;
    readonly evicted?: boolean;
  };

/** Reads a store, whoever owns it. */
export interface StoreView {
  /** Who owns it, or owned it last and was killed; undefined where it was closed in order. */
  owner(): StoreOwner | undefined;
  /** The latest tasks first, evicted ones included where they are kept; `unheard` leaves only what has ended and nobody has heard of. */
  list(options?: { readonly limit?: number | undefined; readonly unheard?: boolean | undefined }): readonly TaskSummary[];
  count(): number;
  find(id: TaskId): KeptTask | undefined;
  close(): void;
}

/** Something about the store of a session that whoever runs it should know of. */
export interface StoreWarning {
  /**
   * `store_unavailable`: it cannot be written, and nothing is started until it can; `store_available`: it can again; `store_lost`: somebody
   * else owns it now, and everything that ran was ended; `result_not_kept`: a result is no JSON, so after a restart it is read as text, or
   * some files of it are too large, so after a restart they are only named.
   */
  readonly code: 'store_unavailable' | 'store_available' | 'store_lost' | 'result_not_kept';
  readonly message: string;
  readonly taskId?: TaskId;
}
