import { AN_OBJECT, check, duration, oneOf, readOptions, WORDS, type Kind, type Option } from './check.js';
import { cutText } from './cutText.js';
import { describeValue } from './describeValue.js';
import { InvalidArgumentError, type SidestreamError } from './errors.js';
import { jsonProblem } from './internal/durable/jsonProblem.js';
import { frozenCopy } from './internal/session/frozenCopy.js';
import { schemaProblem } from './schemaProblem.js';
import { isSchema, readBySchema, type StandardSchema } from './standardSchema.js';
import type { TaskId } from './taskId.js';
import type { Json, JsonObject } from './json.js';

/** What is asked for: words, one of some options, yes or no, leave to act, or an object. */
export type QuestionKind = 'text' | 'choice' | 'confirm' | 'permission' | 'form';

/** One of the answers that may be given. */
export interface QuestionOption {
  /** What the asker is answered with. */
  readonly id: string;
  /** For people. @defaultValue the id */
  readonly label?: string | undefined;
  readonly description?: string | undefined;
  /** Of a permission: what it gives or refuses. */
  readonly kind?: PermissionKind | undefined;
}

/** What an option of a permission gives or refuses, and whether for once. */
export type PermissionKind = 'allow_once' | 'allow_always' | 'reject_once' | 'reject_always';

/** What an agent asks by `context.ask`. */
export interface Question<A = unknown> {
  /** The question; beyond 4000 characters it is cut. */
  readonly text: string;
  /** @defaultValue `choice` where there are options, `form` where there is a schema, else `text` */
  readonly kind?: QuestionKind | undefined;
  /** What may be answered: of a choice at least one. @defaultValue of a permission: `allow_once` and `reject_once` */
  readonly options?: readonly (string | QuestionOption)[] | undefined;
  /** Of a form: what the answer has to be, as JSON schema of an object, or as the object of a schema library such as zod. */
  readonly schema?: JsonObject | StandardSchema<A> | undefined;
  /** What it is about, as data: of a permission the tool and its input. At most 64 KiB of JSON. */
  readonly detail?: JsonObject | undefined;
  /** What is answered where nobody does within `timeout`; without a timeout it is a suggestion. */
  readonly default?: A | undefined;
  /** Milliseconds until the default counts, or without one the question fails as `unanswered`. @defaultValue it waits for ever */
  readonly timeout?: number | undefined;
}

/** A question as data. */
export interface QuestionData {
  /** Unique in the session, such as `q1`. */
  readonly id: string;
  readonly taskId: TaskId;
  readonly agent: string;
  readonly kind: QuestionKind;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  readonly options?: readonly QuestionOption[];
  /** JSON schema of an object. */
  readonly schema?: JsonObject;
  readonly detail?: JsonObject;
  readonly default?: Json;
  /** Milliseconds since 1970: when the default counts, or the question fails. */
  readonly until?: number;
}

/** A question that waits for an answer. As JSON it is its data. */
export interface OpenQuestion extends QuestionData {
  /** Answers it; whoever comes first is heard. Never throws. */
  answer(this: void, value: unknown): AnswerReceipt;
  /** Refuses to answer. Of a permission that is a refusal, of a confirmation a no; any other asker is told by an UnansweredError. */
  decline(this: void, reason?: string): AnswerReceipt;
}

/** What became of an answer. */
export interface AnswerReceipt {
  readonly questionId: string;
  /** Whether it was taken. */
  readonly answered: boolean;
  /** As it was taken, such as the id of an option. */
  readonly answer?: Json;
  /**
   * Why it was not: `invalid_argument` says what is expected, `already_answered` that somebody was first, `question_not_found`,
   * `not_running`.
   */
  readonly error?: SidestreamError;
}

/** How a question was settled. */
export type AnsweredHow = 'answer' | 'declined' | 'default' | 'unanswered' | 'withdrawn';

/** A question as it was read, without whose it is. */
export interface Asked extends Omit<QuestionData, 'id' | 'taskId' | 'agent' | 'askedAt' | 'until'> {
  readonly timeout: number | undefined;
  /** Validates the answer to a form, and makes of it what the asker is given. */
  readonly standard: StandardSchema | undefined;
}

/** Characters of a question, and of one of its options. */
const MAX_TEXT = 4_000;
const MAX_LABEL = 500;
const MAX_OPTIONS = 100;
const MAX_ID = 200;
/** Characters of the JSON of what it is about, and of its schema; and of an answer. */
const MAX_JSON = 65_536;
const MAX_ANSWER = 16_384;

/** Every kind of question. */
export const QUESTION_KINDS = ['text', 'choice', 'confirm', 'permission', 'form'] as const satisfies readonly QuestionKind[];
const PERMISSIONS = ['allow_once', 'allow_always', 'reject_once', 'reject_always'] as const satisfies readonly PermissionKind[];

const A_LIST: Kind = [
  (value) => Array.isArray(value) && value.length > 0 && value.length <= MAX_OPTIONS, `a list of 1 to ${MAX_OPTIONS} options`,
];
const A_SCHEMA: Kind = [
  (value) => isSchema(value) || AN_OBJECT[0](value), 'a JSON schema, or the object of a schema library',
];
const OPTIONS: Record<keyof Question, Option> = {
  text: [undefined, WORDS], kind: [undefined, oneOf(...QUESTION_KINDS)], options: [undefined, A_LIST], schema: [undefined, A_SCHEMA],
  detail: [undefined, AN_OBJECT], default: [undefined, [() => true, '']], timeout: [undefined, duration(1)],
};
const OPTION: Record<keyof QuestionOption, Option> = {
  id: [undefined, WORDS], label: [undefined, WORDS], description: [undefined, WORDS], kind: [undefined, oneOf(...PERMISSIONS)],
};

/** It is shown as it is, and written again by whoever answers. */
const AN_ID: Kind = [
  (value) => WORDS[0](value) && (value as string).length <= MAX_ID && !/[\p{Cc}\p{Cf}]/u.test(value as string),
  `a string of at most ${MAX_ID} characters that can be written`,
];

const LEAVE: readonly QuestionOption[] = [
  { id: 'allow_once', label: 'Allow', kind: 'allow_once' }, { id: 'reject_once', label: 'Refuse', kind: 'reject_once' },
];

/** Reads what `ask` is called with. @throws InvalidArgumentError */
export function readQuestion(question: Question): Asked {
  const read = readOptions('a question', question, OPTIONS) as Question;
  check('text', read.text, WORDS);
  const { text, schema, detail, timeout, kind = read.options !== undefined ? 'choice' : schema !== undefined ? 'form' : 'text' } = read;
  const options = read.options?.map(readOption) ?? (kind === 'permission' ? LEAVE : undefined);
  const refuse = (words: string): never => { throw new InvalidArgumentError(words); };
  if (kind === 'permission' && options!.some((option) => option.kind === undefined)) {
    refuse(`Each option of a permission says by its \`kind\` what it gives or refuses: ${PERMISSIONS.join(', ')}.`);
  }
  if (options !== undefined && kind !== 'choice' && kind !== 'permission') refuse(`A question of kind ${kind} takes no \`options\`.`);
  if (kind === 'choice' && options === undefined) refuse('A question of kind choice needs `options`.');
  if (options !== undefined && new Set(options.map(({ id }) => id)).size < options.length) refuse('Two of the `options` have one id.');
  if ((kind === 'form') !== (schema !== undefined)) refuse('A question of kind form needs a `schema`, and no other takes one.');
  const standard = isSchema(schema) ? schema : undefined;
  const form = schema && (standard === undefined ? schema as JsonObject : jsonSchemaOf(standard));
  if (form?.['type'] !== undefined && form['type'] !== 'object') {
    refuse(`The \`schema\` of a form is one of an object, not of ${describeValue(form['type'])}. Make it a field of an object.`);
  }
  const asked: Asked = {
    kind, text: cutText(text, MAX_TEXT).text, timeout, standard,
    ...options !== undefined && { options },
    ...form !== undefined && { schema: plain('schema', form) },
    ...detail !== undefined && { detail: plain('detail', detail) },
  };
  if (read.default === undefined) return asked;
  const fallback = readAnswer(asked, read.default);
  if (typeof fallback === 'string') refuse(`The \`default\` is no answer. ${fallback}`);
  return { ...asked, default: (fallback as Answer).answer };
}

function readOption(given: string | QuestionOption): QuestionOption {
  const { id, label, description, kind } = readOptions('an option', typeof given === 'string' ? { id: given } : given, OPTION) as
    unknown as QuestionOption;
  check('id', id, AN_ID);
  const short = (words: string): string => cutText(words, MAX_LABEL).text;
  return {
    id, ...label !== undefined && { label: short(label) }, ...description !== undefined && { description: short(description) },
    ...kind !== undefined && { kind },
  };
}

function jsonSchemaOf({ '~standard': { vendor, jsonSchema } }: StandardSchema): JsonObject {
  if (jsonSchema !== undefined) return jsonSchema.input({ target: 'draft-2020-12' }) as JsonObject;
  // It validates; who answers is told what was wrong.
  return { type: 'object', description: `as a schema of ${vendor} has it` };
}

function plain(name: string, value: JsonObject): JsonObject {
  // A copy: what is asked each time it is read may be another thing each time.
  const copy = copyOf(value);
  const problem = isLonger(copy, MAX_JSON) ? `\`${name}\` is larger than 64 KiB` : jsonProblem(copy, name);
  if (problem !== undefined) throw new InvalidArgumentError(`A question is plain data, and ${problem}.`);
  return copy;
}

/** An answer as it is kept, and as the asker is given it. */
export interface Answer {
  readonly answer: Json;
  readonly given: unknown;
}

/** Reads an answer; where it is none, a sentence says what is expected. */
export function readAnswer({ kind, options = [], schema, standard }: Asked, value: unknown): Answer | string {
  const expected = (what: string): string => `Expected the answer to be ${what}, got ${describeValue(value)}.`;
  const taken = (answer: Json, given: unknown = answer): Answer => ({ answer, given });
  switch (kind) {
    case 'text':
      if (typeof value !== 'string') return expected('a text');
      return value.length > MAX_ANSWER ? expected(`a text of at most ${MAX_ANSWER} characters`) : taken(value);
    case 'confirm': {
      const words = typeof value === 'string' ? value.trim().toLowerCase() : '';
      const said = Object.hasOwn(CONFIRMED, words) ? CONFIRMED[words] : value;
      return typeof said === 'boolean' ? taken(said) : expected('true or false');
    }
    case 'choice':
    case 'permission': {
      const option = optionFor(kind, options, value);
      return option === undefined ? expected(`one of ${options.map(({ id }) => id).join(', ')}`) : taken(option.id);
    }
    case 'form': {
      const object = typeof value === 'string' ? parsed(value) : value;
      if (!AN_OBJECT[0](object)) return expected('an object as the schema says');
      const answer = copyOf(object as JsonObject);
      const problem = isLonger(answer, MAX_ANSWER) ? `it has more than ${MAX_ANSWER} characters` : jsonProblem(answer, 'answer');
      if (problem !== undefined) return `The answer is to be plain data, and ${problem}.`;
      if (standard === undefined) return schemaProblem(schema!, answer, 'answer') ?? taken(answer);
      const read = readBySchema(standard, answer, 'answer');
      return typeof read === 'string' ? read : taken(answer, read.value);
    }
  }
}

/** A copy that nobody can change; nothing of what cannot be read, or is too deep for that. */
function copyOf(value: JsonObject): JsonObject {
  try {
    return frozenCopy(value);
  } catch (cause) {
    throw new InvalidArgumentError('Something in it throws, or it is too deep. Give plain data.', { cause });
  }
}

/** Whether the JSON of a value is longer; what is in it several times counts each time, and no more is looked at than that takes. */
function isLonger(value: unknown, most: number): boolean {
  let left = most;
  const take = (part: unknown, depth: number): void => {
    left -= typeof part === 'string' ? part.length + 2 : 2;
    // What is too deep is said otherwise.
    if (left < 0 || depth > 200 || typeof part !== 'object' || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      if (!Array.isArray(part)) left -= key.length + 3;
      take(inner, depth + 1);
      if (left < 0) return;
    }
  };
  take(value, 0);
  return left < 0;
}

const CONFIRMED: Readonly<Record<string, boolean>> = { yes: true, true: true, no: false, false: false };

/** What stands in for a kind that is not among the options: never more than was meant. */
const STANDS_IN: Readonly<Record<PermissionKind, readonly PermissionKind[]>> = {
  allow_once: ['allow_once'], allow_always: ['allow_always', 'allow_once'],
  reject_once: ['reject_once', 'reject_always'], reject_always: ['reject_always', 'reject_once'],
};

function optionFor(kind: QuestionKind, options: readonly QuestionOption[], value: unknown): QuestionOption | undefined {
  const byKind = (wanted: PermissionKind): QuestionOption | undefined => kind !== 'permission' ? undefined
    : STANDS_IN[wanted].map((one) => options.find((option) => option.kind === one)).find((option) => option !== undefined);
  if (typeof value === 'boolean') return byKind(value ? 'allow_once' : 'reject_once');
  if (typeof value !== 'string') return undefined;
  const words = value.trim().toLowerCase();
  // Of a permission what is said of leave comes before what somebody has called an option.
  return (Object.hasOwn(STANDS_IN, words) ? byKind(words as PermissionKind) : undefined)
    ?? options.find(({ id }) => id === value && (kind !== 'permission' || !Object.hasOwn(STANDS_IN, words)))
    ?? only(options.filter(({ id, label }) => id.toLowerCase() === words || label?.toLowerCase() === words))
    // As a page sends it.
    ?? (kind === 'permission' && Object.hasOwn(CONFIRMED, words) ? byKind(CONFIRMED[words]! ? 'allow_once' : 'reject_once') : undefined);
}

const only = <T>([first, ...others]: readonly T[]): T | undefined => others.length === 0 ? first : undefined;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a question that was declined is answered with, where that is an answer. */
export function declinedOf(question: Asked): Answer | undefined {
  const read = question.kind === 'confirm' || question.kind === 'permission' ? readAnswer(question, false) : '';
  return typeof read === 'string' ? undefined : read;
}
