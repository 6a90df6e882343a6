import type { Delegator } from '../../core/agent.js';
import { asksOf, type Asks } from '../../core/asksOf.js';
import type { TellingJournal } from '../../core/journalOf.js';
import type { OpenQuestion } from '../../core/question.js';
import type { Task } from '../../core/task.js';

/** What is told once: that a task has ended, by the task itself, or what one asks. */
export interface News {
  /** Of the task, or of the question. */
  readonly id: string;
  /** Whether it needs no telling any more: a model has read it, or of a question, it is not open any more. */
  readonly isHeard: boolean;
}

/** That a task asks something, for the model of one place to read. */
export class Asking implements News {
  #isRead: boolean;

  constructor(readonly question: OpenQuestion, readonly task: Task, readonly place: Asks['place'], readonly journal?: TellingJournal) {
    this.#isRead = journal?.readAt(question.id) === this.#at;
  }

  get id(): string { return this.question.id; }

  get isHeard(): boolean { return this.#isRead || !this.task.questions.includes(this.question); }

  /** A model has read it. */
  read(): void {
    if (this.isHeard) return;
    this.#isRead = true;
    this.journal?.read(this.task.id, this.id, this.#at);
  }

  get #at(): string { return this.place.id ?? ''; }
}

const known = new WeakMap<OpenQuestion, Asking>();

/** What is open below a scope, as what its model reads of it. A question that comes to another place is news there. */
export function askingBelow(scope: Delegator, journal?: TellingJournal): readonly Asking[] {
  let open: readonly OpenQuestion[] = [];
  scope.questions.subscribe({ next: (now) => { open = now; }, error: () => undefined }).unsubscribe();
  const { place } = asksOf(scope);
  return open.flatMap((question) => {
    const before = known.get(question);
    if (before?.place === place) return before;
    const task = scope.get(question.taskId);
    if (task === undefined) return [];
    const asking = new Asking(question, task, place, journal);
    known.set(question, asking);
    return asking;
  });
}

export const isAsking = (news: News): news is Asking => news instanceof Asking;
export const isEnding = (news: News): news is Task => !isAsking(news);
