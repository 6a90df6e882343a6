import { readAnswer, type Answer, type AnsweredHow, type Asked, type OpenQuestion } from '../../question.js';
import { sameValue } from '../../sameValue.js';
import type { KeptQuestion } from '../../store.js';
import { Questions, tell, type Asker, type AskingTask, type Data, type Entry } from '../task/questions.js';

/**
 * The questions of a task of an earlier life of its session. What was open is open again, by the same id, until its agent asks it again;
 * what was answered is given to it then, but leave to act, which it has to ask for anew.
 */
export class RestoredQuestions extends Questions {
  /** What was answered, and its agent has not asked again. */
  #answered: KeptQuestion[];

  constructor(task: AskingTask, kept: readonly KeptQuestion[]) {
    super(task);
    for (const { question, how } of kept) {
      if (how === undefined) this.add(question, { ...question, timeout: undefined, standard: undefined });
      else this.wasSettled(question.id, how);
    }
    this.#answered = kept.filter(({ how, question }) => (how === 'answer' || how === 'declined') && question.kind !== 'permission');
  }

  protected override given(asked: Asked, safe: Data, asker: Asker): boolean {
    const known = this.#answered.find(({ question }) => isSame(question, safe));
    if (known === undefined) return false;
    const { how, answer, reason } = known;
    this.#answered = this.#answered.filter((one) => one !== known);
    const read = answer === undefined ? undefined : readAnswer(asked, answer);
    // What is no answer any more is asked again.
    if (typeof read === 'string') return false;
    tell(asker, asked, how!, read, reason);
    return true;
  }

  protected override kept(asked: Asked, safe: Data): Entry | undefined {
    for (const entry of this.entries) {
      if (entry.asker !== undefined || !isSame(entry.question, safe)) continue;
      // As it is asked now, it can be validated.
      entry.asked = asked;
      return entry;
    }
    return undefined;
  }

  protected override early(question: OpenQuestion, how: AnsweredHow, answer: Answer | undefined, reason: string | undefined): void {
    this.#answered.push({ question, how, ...answer !== undefined && { answer: answer.answer }, ...reason !== undefined && { reason } });
  }
}

const isSame = (one: Data, other: Data): boolean => sameValue(wordsOf(one), wordsOf(other));

const wordsOf = ({ kind, text, options, schema, detail }: Data): unknown => ({ kind, text, options, schema, detail });
