import * as z from 'zod';
import type { OpenQuestion, QuestionKind, QuestionOption } from '../../core/question.js';
import type { Task } from '../../core/task.js';
import type { Json, JsonObject } from '../../core/json.js';
import { plain } from './plain.js';
import { seconds } from './seconds.js';
import { capText } from './text/capText.js';
import { cleanText } from './text/cleanText.js';
import { jsonWithin } from './text/jsonWithin.js';

/** What a task asks, as plain JSON data that needs nothing else to be understood. */
export interface AskedQuestion {
  readonly task_id: string;
  readonly agent: string;
  readonly question_id: string;
  readonly kind: QuestionKind;
  readonly question: string;
  /** What may be answered: ids, or where these say not enough, objects. */
  readonly options?: readonly (string | AskedOption)[];
  /** Of a form: the JSON schema of its answer. */
  readonly schema?: Json;
  /** What it is about. */
  readonly detail?: Json;
  /** What counts where nobody answers in time, or what is suggested. */
  readonly default?: Json;
  /** Seconds, where its time runs out. */
  readonly seconds_left?: number;
  /** Who answers it, where that is not the model that reads this: a person, or the model of the agent that started the task. */
  readonly for?: 'person' | 'agent';
  /** Whether any of it was cut; the cut is marked. */
  readonly truncated?: true;
}

/** An option with what is known of it. */
export type AskedOption = Pick<QuestionOption, 'id' | 'label' | 'description'>;

/** Once for all tools that show questions. */
export const questionsSchema = z.array(z.object({
  task_id: z.string(), agent: z.string(), question_id: z.string(), kind: z.string(), question: z.string(),
  options: z.array(z.union([
    z.string(), z.object({ id: z.string(), label: z.string().optional(), description: z.string().optional() }),
  ])).optional(),
  schema: z.json().optional(), detail: z.json().optional(), default: z.json().optional(), seconds_left: z.number().optional(),
  for: z.string().optional(), truncated: z.boolean().optional(),
}));

/** What to tell of a question. @param most - characters of its text, and of what stands beside it, each */
export function askedOf(question: OpenQuestion, task: Task, most: number, whose?: AskedQuestion['for']): AskedQuestion {
  const { text, truncated } = capText(question.text, most);
  const options = optionsOf(question.options, most);
  const [schema, detail, fallback] = [question.schema, question.detail, question.default].map((value) => shown(value, most));
  const { startedAt, createdAt, elapsed } = task.snapshot(0);
  const now = (startedAt ?? createdAt) + elapsed;
  return plain({
    task_id: task.id,
    agent: question.agent,
    question_id: question.id,
    kind: question.kind,
    question: text,
    options: options?.shown,
    schema: schema?.value,
    detail: detail?.value,
    default: fallback?.value,
    seconds_left: question.until === undefined ? undefined : seconds(question.until - now),
    for: whose,
    truncated: truncated || [options, schema, detail, fallback].some((part) => part?.isCut === true) ? true : undefined,
  }) as unknown as AskedQuestion;
}

/** As JSON that can be parsed, also where much of it is left out. */
function shown(value: Json | JsonObject | undefined, most: number): { readonly value: Json; readonly isCut: boolean } | undefined {
  const json = value === undefined ? undefined : jsonWithin(value, most);
  return json && { value: JSON.parse(json.text) as Json, isCut: json.truncated };
}

/** With their words where there is room; by their ids they are answered, so these are never cut. */
function optionsOf(options: OpenQuestion['options'], most: number) {
  if (options === undefined) return undefined;
  const worded = options.map(({ id, label, description }) => label === undefined && description === undefined ? id : plain({
    id, label: label && cleanText(label), description: description && cleanText(description),
  }) as AskedOption);
  if (JSON.stringify(worded).length <= most) return { shown: worded, isCut: false };
  let left = most;
  return { shown: options.map(({ id }) => id).filter((id, n) => (left -= id.length + 3) >= 0 || n === 0), isCut: true };
}
