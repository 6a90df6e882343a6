import type { Observable, ObservableInput } from 'rxjs';
import type { AskedQuestion } from '../tools/answers/askedOf.js';
import type { Completion } from '../tools/answers/completion.js';
import type { News } from '../tools/hearing/news.js';

/** What a parent has not heard of yet: the tasks that its scope started and that have ended, and what they ask its model. */
export interface Inbox {
  /** How many completions and questions wait to be handed over. */
  readonly waiting: number;
  /** How many of them are questions. */
  readonly asking: number;
  /**
   * Hands over what waits: a batch that has come back before what is new, oldest first; `undefined` where nothing waits. For loops with
   * safe moments of their own.
   *
   * @param most - completions and questions of a new batch at most
   */
  lease(this: void, most?: number): Batch | undefined;
  /**
   * Of a session with a store: writes down what `lease` would hand over. What is told is kept before it is handed over, so in a moment in
   * which the store is still at work `lease` hands over nothing; await this before.
   *
   * Resolves when it is kept, and what was acknowledged before with it, or when the store has not answered for five seconds: then nothing
   * is handed over, nobody waits again until the store answers, and what has ended is told later. `undefined` where there is nothing to
   * wait for: without a store, and with one that keeps what it is given at once.
   *
   * @param most - completions and questions of a new batch at most
   */
  ready(this: void, most?: number): Promise<void> | undefined;
  /**
   * Hands over batch after batch: at the boundaries that the parent names, and where it is idle, as soon as a burst is over. The next
   * batch comes when this one was acknowledged or released; unsubscribing releases it.
   */
  batches(this: void, options?: BatchOptions): Observable<Batch>;
  /**
   * Hands each batch to `tell`, acknowledges it when what that returns completes or resolves, at once where it is no stream and no promise,
   * and where it fails releases it and tries again later. What takes longer than `leaseTime` has failed, unless the batch is extended, or a
   * wrapper on this inbox sees its model at work with it. Emits what became of each try; subscribe to it.
   */
  deliver(this: void, tell: (batch: Batch) => ObservableInput<unknown> | void, options?: BatchOptions): Observable<Delivery>;
  /** Says once of each completion, and of each question, that it has waited for longer than `maxAge`. */
  readonly overdue: Observable<Overdue>;
  /**
   * Follows a model's loop whose requests can be seen, as the wrappers for frameworks do: what stands in the conversation of a request that
   * the model answers is told, whichever tool or batch told it; what a framework drops is told again.
   */
  turn(this: void, options?: TurnOptions): InboxTurn;
}

/** What can be seen of a model's loop. */
export interface TurnOptions {
  /**
   * Whether the model's answers are not seen: then a call of a tool tells that the request before it was answered, and the loop is at work
   * until its `end`. @defaultValue false
   */
  readonly answersUnseen?: boolean | undefined;
}

/** What is looked at of a request: where it tells what has ended. */
export interface Sent {
  /** The answers of tools in it, by the ids of their calls, as texts or as data. */
  readonly answers?: (() => Iterable<readonly [callId: string, answer: unknown]>) | undefined;
  /** The texts of its user messages. */
  readonly texts?: (() => Iterable<string>) | undefined;
}

/** A model's loop, the requests of which follow one another. */
export interface InboxTurn {
  /**
   * Of a session with a store: writes down what `take` would take, as `ready` of the inbox does, so await it before. What a model has
   * answered to is then kept before the next request goes out.
   *
   * @param sent - the conversation as it would be sent; without it nothing new is written down
   */
  ready(this: void, sent?: Sent): Promise<void> | undefined;
  /**
   * What is to be put into a conversation, each as a user message: what has ended or is asked and does not stand
   * there. In hand until `send` finds it.
   *
   * @param sent - the conversation as it would be sent
   */
  take(this: void, sent: Sent): readonly Batch[];
  /** A request goes out. @param sent - as it is, with what was put into it */
  send(this: void, sent: Sent): Sending;
  /** The loop is over, and sends no further request. */
  end(this: void): void;
}

/** A request under way. What it tells is in hand until `answered` or `failed` is called; a framework's own tries belong to it. */
export interface Sending {
  /** What it tells that nobody has heard of: tasks that have ended, and questions. */
  readonly tells: readonly News[];
  /** The model asks for these calls; said again with its whole answer, or as they come. */
  called(this: void, callIds: Iterable<string>): void;
  /** It was answered, to the end. @param callIds - those of the calls that the answer asks for */
  answered(this: void, callIds?: Iterable<string>): void;
  /** It was not, and will not be. */
  failed(this: void): void;
}

/** Completions and questions that were handed over. They are told when acknowledged; what is not comes back. */
export interface Batch {
  /** Stands in its text, by which it is found in a conversation; what comes back keeps it. */
  readonly id: string;
  /** Of a session with a store: what is not acknowledged in this life of it is told in the next, by this id. */
  readonly isKept?: true;
  readonly completions: readonly Completion[];
  /** What is open and for the model to answer, by `answer_task` or in code by `task.answer`. */
  readonly questions: readonly AskedQuestion[];
  /**
   * The questions and completions as a message for a model, of `maxMessage` characters at most: the failed first, and how many are left
   * out.
   */
  readonly text: string;
  /** What of the completions stands in the text, for answers that tell it as data, and how many do not. */
  readonly digest: readonly Completion[];
  readonly more: number;
  /**
   * They were told. Of what was retracted in the meantime, because a collect told it, nothing changes. With a store that is written down at
   * once, and kept when `session.kept()` resolves, or `ready` before the next request; a process that ends before is told them again in
   * its next life, by the same id.
   *
   * @param call - the call of a tool whose answer tells them: a wrapper that sees which answers are read finds out whether they were
   */
  acknowledge(this: void, call?: { readonly callId?: string | undefined; readonly signal?: AbortSignal | undefined }): void;
  /** They were not told, and come back. */
  release(this: void): void;
  /** Telling them takes longer. @param ms - from now on. @defaultValue ms: the inbox's `leaseTime` */
  extend(this: void, ms?: number): void;
}

/** When batches are handed over. */
export interface BatchOptions {
  /** Emits when the parent can be told, as between two steps of a model, at the end of a turn, and when it goes idle. @defaultValue none */
  readonly boundary?: ObservableInput<unknown> | undefined;
  /**
   * Whether the parent is busy: then it is told at the next boundary, or when that is over, and not woken.
   * @defaultValue where there is a boundary, always; else while a wrapper on this inbox sees its model at work
   */
  readonly busy?: (() => boolean) | undefined;
  /** Milliseconds without a further ending after which a burst is over; a failure is told at once. @defaultValue 150 */
  readonly quiet?: number | undefined;
  /** Milliseconds that a burst may take at most. @defaultValue 900, so that a parent is woken within a second */
  readonly burst?: number | undefined;
}

/** What became of one try to tell a batch. */
export interface Delivery {
  readonly completions: readonly Completion[];
  readonly questions: readonly AskedQuestion[];
  readonly told: boolean;
  /** What `tell` threw, or that it took longer than `leaseTime`. */
  readonly error?: unknown;
}

/** That a completion, or a question, waits for too long. */
export interface Overdue {
  readonly task_id: string;
  /** Where it is a question. */
  readonly question_id?: string;
  /** Seconds since its end, or since it was asked. */
  readonly waited: number;
  readonly message: string;
}

/** How an inbox is kept. */
export interface InboxOptions {
  /** Characters of each completion's summary, error or reason, and of a question; `collect_task` has more. @defaultValue 2000 */
  readonly maxText?: number | undefined;
  /** Characters of a batch's text: what does not fit is counted. What is by itself always fits. @defaultValue 9000 */
  readonly maxMessage?: number | undefined;
  /** Completions and questions of one batch. @defaultValue Infinity: a parent is woken once for all */
  readonly maxBatch?: number | undefined;
  /** Milliseconds after which what was handed over and neither acknowledged, released nor extended comes back. @defaultValue 300000 */
  readonly leaseTime?: number | undefined;
  /** Milliseconds after which `overdue` says that something was not told. @defaultValue 600000 */
  readonly maxAge?: number | undefined;
}
