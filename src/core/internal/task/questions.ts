import type { SchedulerLike, Subscription } from 'rxjs';
import {
  AlreadyAnsweredError, CapacityError, InvalidArgumentError, NotRunningError, QuestionNotFoundError, UnansweredError, type SidestreamError,
} from '../../errors.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { Json } from '../../json.js';
import {
  declinedOf, readAnswer, type Answer, type AnsweredHow, type AnswerReceipt, type Asked, type OpenQuestion, type QuestionData,
} from '../../question.js';
import { cutText } from '../../cutText.js';
import type { Unstamped } from '../log/taskLog.js';

/** Settled questions that are remembered, so that a late answer is told from one to nothing. */
const REMEMBERED = 100;

/** Questions of one task that may be open: nobody reads more. */
const MAX_OPEN = 100;

/** Characters of the reason of whoever declines. */
const MAX_REASON = 500;

/** Whoever asked. */
export interface Asker {
  next(answer: unknown): void;
  error(thrown: unknown): void;
  complete(): void;
}

/** The task that asks. */
export interface AskingTask {
  readonly id: TaskId;
  readonly name: string;
  readonly isEnded: boolean;
  readonly scheduler: SchedulerLike;
  /** Milliseconds since 1970. */
  readonly wall: number;
  /** Why nothing can be kept now. */
  readonly failure: SidestreamError | undefined;
  newQuestionId(): string;
  redact<T>(value: T): T;
  exclusively(work: () => void): void;
  emit(event: Extract<Unstamped<TaskEvent>, { readonly type: 'question' | 'answered' }>): void;
  wait(why: { readonly reason: string; readonly until?: number | undefined }): () => void;
  /** There is one more that is open, or one less. */
  asking(): void;
}

/** What is asked, as data. */
export type Data = Omit<QuestionData, 'id' | 'taskId' | 'agent' | 'askedAt'>;

/** A question that is open. */
export interface Entry {
  asked: Asked;
  readonly question: OpenQuestion;
  /** Of an earlier life of the session it has none, until its agent asks again. */
  asker?: Asker | undefined;
  resume?: (() => void) | undefined;
  timer?: Subscription | undefined;
}

const SETTLED: Readonly<Record<AnsweredHow, string>> = {
  answer: 'was answered already',
  declined: 'was declined already',
  default: 'was not answered in time, and has got its default',
  unanswered: 'was not answered in time',
  withdrawn: 'is not asked any more',
};

/**
 * The questions of one task. Each is settled once: by the first answer, by whoever declines, by its time, or as its asker leaves.
 *
 * ```
 * ask      ──a──────b───────────────
 * answer   ──────────────a──a───────   the second is told that it was late
 * timeout  ────────────────────b────
 * asker a  ──────────────(A|)
 * open     ──a──────ab───b─────┤
 * ```
 */
export class Questions {
  readonly #open = new Map<string, Entry>();
  readonly #settled = new Map<string, AnsweredHow>();

  constructor(protected readonly task: AskingTask) {}

  get open(): readonly OpenQuestion[] { return this.task.isEnded ? [] : [...this.#open.values()].map(({ question }) => question); }

  /** Asks, and answers with what withdraws the question. */
  ask(asked: Asked, asker: Asker): () => void {
    if (this.#open.size >= MAX_OPEN) {
      asker.error(new CapacityError(`${MAX_OPEN} questions of task ${this.task.id} are open. Wait for some answers.`, MAX_OPEN, MAX_OPEN));
      return () => undefined;
    }
    const safe = this.#safe(asked);
    if (this.given(asked, safe, asker)) return () => undefined;
    let entry!: Entry;
    // Whole, before anybody who watches can answer.
    this.task.exclusively(() => {
      entry = this.kept(asked, safe) ?? this.#new(asked, safe);
      entry.asker = asker;
      const { until, text } = entry.question;
      entry.resume = this.task.wait({ reason: `an answer: ${text}`, ...until !== undefined && { until } });
      if (until === undefined) return;
      entry.timer = this.task.scheduler.schedule(() => { this.#runOut(entry); }, Math.max(0, until - this.task.wall));
    });
    return () => {
      if (entry.asker !== asker) return;
      entry.asker = undefined;
      if (!this.task.isEnded) this.#settle(entry, 'withdrawn');
      else stop(entry);
    };
  }

  answer(id: string, value: unknown): AnswerReceipt {
    return this.#reply(id, (entry) => {
      const read = readAnswer(entry.asked, value);
      if (typeof read === 'string') throw new InvalidArgumentError(read);
      // A schema is somebody's code, and may have settled it meanwhile.
      if (!this.#open.has(id)) throw new AlreadyAnsweredError(`Question ${id} was settled while its answer was read.`);
      this.#settle(entry, 'answer', read);
      return read.answer;
    });
  }

  decline(id: string, reason?: string): AnswerReceipt {
    return this.#reply(id, (entry) => {
      if (reason !== undefined && typeof reason !== 'string') throw new InvalidArgumentError('Expected `reason` to be a string.');
      const answer = declinedOf(entry.asked);
      this.#settle(entry, 'declined', answer, reason === undefined ? undefined : cutText(reason, MAX_REASON).text);
      return answer?.answer;
    });
  }

  /** The task has ended: nothing is asked any more. */
  end(): void {
    if (this.#open.size === 0) return;
    for (const entry of this.#open.values()) stop(entry);
    this.#open.clear();
    this.task.asking();
  }

  #reply(id: string, act: (entry: Entry) => Json | undefined): AnswerReceipt {
    const { task } = this;
    try {
      const entry = this.#open.get(id);
      const how = this.#settled.get(id);
      if (how !== undefined) throw new AlreadyAnsweredError(`Question ${id} of task ${task.id} ${SETTLED[how]}.`);
      if (task.isEnded) throw new NotRunningError(`Task ${task.id} has ended, so it can no longer be answered.`);
      if (entry === undefined) throw notFound(task.id, id, [...this.#open.keys()]);
      if (task.failure !== undefined) throw task.failure;
      const answer = act(entry);
      return receipt({ questionId: id, answered: true, ...answer !== undefined && { answer } });
    } catch (error) {
      return refused(id, error as SidestreamError);
    }
  }

  #new(asked: Asked, safe: Data): Entry {
    const { task } = this;
    const askedAt = task.wall;
    const data = { ...safe, ...asked.timeout !== undefined && { until: askedAt + asked.timeout } };
    const entry = this.add({ id: task.newQuestionId(), taskId: task.id, agent: task.name, askedAt, ...data }, asked);
    task.emit({ type: 'question', questionId: entry.question.id, ...data });
    task.asking();
    return entry;
  }

  /** What its agent wrote, as others may see it. */
  #safe({ timeout, standard, ...data }: Asked): Data {
    const { text, options, detail, schema, default: fallback } = data;
    const redact = <T>(value: T): T => this.task.redact(value);
    return {
      ...data, text: redact(text),
      ...detail !== undefined && { detail: redact(detail) },
      ...schema !== undefined && { schema: redact(schema) },
      ...fallback !== undefined && options === undefined && { default: redact(fallback) },
      // Not their ids: by these they are answered.
      ...options !== undefined && { options: options.map(({ id, kind, ...words }) => ({ id, ...kind && { kind }, ...redact(words) })) },
    };
  }

  /** Gives the answer that is known already, where one is. */
  protected given(_asked: Asked, _safe: Data, _asker: Asker): boolean { return false; }

  /** The same question, where it is open and nobody asks it. */
  protected kept(_asked: Asked, _safe: Data): Entry | undefined { return undefined; }

  /** It was settled while nobody asked. */
  protected early(_question: OpenQuestion, _how: AnsweredHow, _answer: Answer | undefined, _reason: string | undefined): void {
    // Nobody does.
  }

  protected get entries(): Iterable<Entry> { return this.#open.values(); }

  protected wasSettled(id: string, how: AnsweredHow): void { this.#settled.set(id, how); }

  protected add(data: QuestionData, asked: Asked): Entry {
    const question = Object.freeze(Object.defineProperties({ ...data }, {
      answer: { value: (value: unknown) => this.answer(data.id, value) },
      decline: { value: (reason?: string) => this.decline(data.id, reason) },
    })) as OpenQuestion;
    const entry: Entry = { asked, question };
    this.#open.set(data.id, entry);
    return entry;
  }

  #runOut(entry: Entry): void {
    const { asked } = entry;
    if (asked.default === undefined) this.#settle(entry, 'unanswered');
    else this.#settle(entry, 'default', readAnswer(asked, asked.default) as Answer);
  }

  /** Settles a question that is open, and tells its asker. */
  #settle({ question: { id } }: Entry, how: AnsweredHow, answer?: Answer, reason?: string): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    const { task } = this;
    task.exclusively(() => {
      this.#open.delete(id);
      if (this.#settled.size >= REMEMBERED) this.#settled.delete(this.#settled.keys().next().value!);
      this.#settled.set(id, how);
      task.emit({
        type: 'answered', questionId: id, how,
        ...answer !== undefined && { answer: answer.answer }, ...reason !== undefined && { reason },
      });
      const { asker } = entry;
      entry.asker = undefined;
      stop(entry);
      task.asking();
      if (asker === undefined) this.early(entry.question, how, answer, reason);
      else tell(asker, entry.asked, how, answer, reason);
    });
  }
}

function stop({ timer, resume }: Entry): void {
  timer?.unsubscribe();
  resume?.();
}

export function tell(asker: Asker, asked: Asked, how: AnsweredHow, answer: Answer | undefined, reason: string | undefined): void {
  if (answer === undefined) {
    asker.error(unanswered(asked, how, reason));
    return;
  }
  asker.next(answer.given);
  asker.complete();
}

export function unanswered({ text }: Pick<Asked, 'text'>, how: AnsweredHow | 'nobody', reason?: string): UnansweredError {
  const why = how === 'declined' ? `was declined${reason === undefined ? '' : `: ${reason}`}`
    : how === 'nobody' ? 'has nobody to answer it: an agent in a `run()` of its own is no task. Delegate it, or give a default'
      : 'was not answered in time';
  return new UnansweredError(`The question ${JSON.stringify(cutText(text, MAX_REASON).text)} ${why}.`);
}

/** The receipt of an answer to a question that is not there. */
export const noQuestion = (taskId: TaskId, id: string, isEnded: boolean): AnswerReceipt => refused(
  id, isEnded ? new NotRunningError(`Task ${taskId} has ended, so it can no longer be answered.`) : notFound(taskId, id, []),
);

const notFound = (taskId: TaskId, id: unknown, open: readonly string[]): QuestionNotFoundError => new QuestionNotFoundError(
  `Question not found: ${cutText(String(id), MAX_REASON).text}. `
    + (open.length === 0 ? `Task ${taskId} asks nothing now.` : `Open: ${open.join(', ')}.`),
);

const refused = (questionId: string, error: SidestreamError): AnswerReceipt =>
  receipt({ questionId: typeof questionId === 'string' ? questionId : '', answered: false, error });

const receipt = (made: AnswerReceipt): AnswerReceipt => Object.freeze(made);
