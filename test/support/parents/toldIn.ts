import type { AskedQuestion } from '../../../src/inbox/index.js';
import type { Completion } from '../../../src/tools/index.js';
import type { ModelRequest } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';
import { tellings } from './tellings.js';

/** Something told in a request: of which task, or which question, where, and whether the model had asked for just that. */
export interface Told {
  readonly id: string;
  readonly place: string;
  readonly asked: boolean;
  readonly completion: Partial<Completion>;
  readonly question?: AskedQuestion;
}

const ENDED = ['completed', 'failed', 'cancelled'];

/** What a request tells of ends and questions: by messages of the inbox, and by answers of tools. */
export function toldIn(request: ModelRequest): readonly Told[] {
  const notices = request.messages.filter(({ role }) => role === 'user').flatMap((message) => {
    const text = wordsOf(message);
    return text.split(/(?=A background task (?:has ended|asks)|\d+ (?:questions of )?background tasks )/).flatMap((part) => {
      const [, notice] = /\(notice (\w+)\)/.exec(part) ?? [];
      const lines = part.split('\n').filter((line) => line.startsWith('{"task_id"'));
      return lines.map((line): Told => {
        const said = JSON.parse(line) as Completion | AskedQuestion;
        const place = `notice ${notice}`;
        return 'question_id' in said ? { id: said.question_id, place, asked: false, completion: {}, question: said }
          : { id: said.task_id, place, asked: false, completion: said };
      });
    });
  });
  const answers = tellings(request).flatMap(({ name, arguments: input, answer, text }, n): Told[] => {
    const { status, aborted, ok, ended = [], ended_notice, cancelled, questions = [] } = answer as typeof answer & {
      readonly questions?: readonly AskedQuestion[];
      readonly status?: string; readonly aborted?: boolean; readonly cancelled?: boolean; readonly ended_notice?: string;
    };
    const place = `answer ${n} ${text}`;
    const asked = name !== 'wait_for_tasks' || input.includes('task_ids');
    const list = (ended as readonly Completion[]).map((completion): Told => (
      { id: completion.task_id, place: ended_notice === undefined ? place : `notice ${ended_notice}`, asked, completion }
    ));
    // A look at a task shows what it asks; what it asks the model of no other place is told by nobody else.
    const asks = questions.filter((question) => question.for === undefined).map((question): Told => ({
      id: question.question_id, place, asked: name === 'wait_for_tasks' || input.includes(question.task_id), completion: {}, question,
    }));
    const tells = ok === true && aborted !== true && ENDED.includes(status ?? '') && (name !== 'cancel_task' || cancelled === true);
    return tells ? [...asks, ...list, { id: answer.task_id, place, asked: true, completion: answer }] : [...asks, ...list];
  });
  return [...notices, ...answers];
}
