import type { Completion } from '../../../src/tools/index.js';
import type { ModelRequest } from '../modelServer/script.js';
import { wordsOf } from '../modelServer/wordsOf.js';
import { tellings } from './tellings.js';

/** Something told in a request: of which task, where, and whether the model had asked for just that. */
export interface Told {
  readonly id: string;
  readonly place: string;
  readonly asked: boolean;
  readonly completion: Partial<Completion>;
}

const ENDED = ['completed', 'failed', 'cancelled'];

/** What a request tells of ends: by messages of the inbox, and by answers of tools. */
export function toldIn(request: ModelRequest): readonly Told[] {
  const notices = request.messages.filter(({ role }) => role === 'user').flatMap((message) => {
    const text = wordsOf(message);
    return text.split(/(?=A background task has ended|\d+ background tasks have ended)/).flatMap((part) => {
      const [, notice] = /\(notice (\w+)\)/.exec(part) ?? [];
      const lines = part.split('\n').filter((line) => line.startsWith('{"task_id"')).map((line) => JSON.parse(line) as Completion);
      return lines.map((completion): Told => ({ id: completion.task_id, place: `notice ${notice}`, asked: false, completion }));
    });
  });
  const answers = tellings(request).flatMap(({ name, arguments: input, answer, text }, n): Told[] => {
    const { status, aborted, ok, ended = [], ended_notice, cancelled } = answer as typeof answer & {
      readonly status?: string; readonly aborted?: boolean; readonly cancelled?: boolean; readonly ended_notice?: string;
    };
    const place = `answer ${n} ${text}`;
    const asked = name !== 'wait_for_tasks' || input.includes('task_ids');
    const list = (ended as readonly Completion[]).map((completion): Told => (
      { id: completion.task_id, place: ended_notice === undefined ? place : `notice ${ended_notice}`, asked, completion }
    ));
    const tells = ok === true && aborted !== true && ENDED.includes(status ?? '') && (name !== 'cancel_task' || cancelled === true);
    return tells ? [...list, { id: answer.task_id, place, asked: true, completion: answer }] : list;
  });
  return [...notices, ...answers];
}
