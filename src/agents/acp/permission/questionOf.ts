import type { JsonObject } from '../../../core/json.js';
import type { Question, QuestionOption } from '../../../core/question.js';
import { boundedJson } from '../../asking/boundedJson.js';
import { OPTION_KINDS, type PermissionRequest } from './permission.js';

/** Characters of the JSON of what goes into the tool, and of one of the files; and how many of these are told. */
const MAX_INPUT = 32_000;
const MAX_PATH = 500;
const MAX_PATHS = 40;

/**
 * A permission request as a question: the options are the agent's own, and the tool is in `detail` as `{ kind, title, input, paths }`,
 * with what is long cut.
 */
export const questionOf = ({ kind, title, input, paths, options }: PermissionRequest): Question<string> => ({
  kind: 'permission',
  text: `Allow ${kind}: ${title}?`,
  options: options.map(({ optionId, name, kind: how }): QuestionOption => ({
    id: optionId, ...isSaid(name) && { label: name }, ...OPTION_KINDS.includes(how) && { kind: how },
  })),
  detail: {
    kind, title, ...input !== undefined && { input: boundedJson(input, MAX_INPUT) },
    paths: boundedJson(paths.slice(0, MAX_PATHS).map((path) => path.slice(0, MAX_PATH)), MAX_INPUT / 2),
  } satisfies JsonObject,
});

const isSaid = (words: unknown): boolean => typeof words === 'string' && words.trim() !== '';
