import { duration, readOptions, WORDS, type Kind, type Option } from '../../core/check.js';
import { QUESTION_KINDS, type QuestionKind } from '../../core/question.js';

/** How a server presents itself, and how it waits. */
export interface McpOptions {
  /** What the server calls itself. @defaultValue `sidestream` */
  readonly name?: string | undefined;
  /** @defaultValue `1` */
  readonly version?: string | undefined;
  /** What a host may tell its model of the tools as a whole. @defaultValue a few sentences about background agents */
  readonly instructions?: string | undefined;
  /**
   * Milliseconds that a call waits at most, whatever timeout the model asks for: the answer is then `timed_out`, and the call can be
   * repeated. Hosts drop calls that take longer than they like, many of them at 60 seconds. @defaultValue 45000
   */
  readonly maxWait?: number | undefined;
  /** Milliseconds between the progress notifications of a call that waits, where the host has asked for them. @defaultValue 5000 */
  readonly progressEvery?: number | undefined;
  /**
   * Which questions of children are put to the person at the host, where the host can do that (elicitation); `false`: none. A question that
   * the person dismisses stays open for others; it is put once more when the model tries to answer it.
   * @defaultValue those that the model may not answer: all but the `mayAnswer` of its toolset, and all where it has no `answer_task`
   */
  readonly elicit?: readonly QuestionKind[] | false | undefined;
}

const KINDS: Kind = [
  (value) => value === false || (Array.isArray(value) && value.every((each) => QUESTION_KINDS.includes(each as QuestionKind))),
  `false, or a list of ${QUESTION_KINDS.join(', ')}`,
];

const OPTIONS: Record<keyof McpOptions, Option> = {
  name: ['sidestream', WORDS],
  version: ['1', WORDS],
  instructions: [
    'Agents that work in the background. Start one with delegate_task_async, go on with your own work, and use its task_id to check, '
    + 'steer, collect or cancel it. Any answer may begin with `ended`: tasks that have ended since, each told once. A call that waits '
    + 'answers before the host loses patience: where it says timed_out, the task goes on and the call can be repeated.',
    WORDS,
  ],
  maxWait: [45_000, duration(1)],
  progressEvery: [5_000, duration(1)],
  elicit: [undefined, KINDS],
};

/** The options with their defaults. */
export type McpSettings = { readonly [K in keyof Omit<McpOptions, 'elicit'>]-?: NonNullable<McpOptions[K]> } & {
  readonly elicit?: readonly QuestionKind[];
};

/** Reads what a server was made with. */
export function readMcpOptions(options: McpOptions): McpSettings {
  const { elicit, ...read } = readOptions('the options of the MCP server', options, OPTIONS) as McpSettings & Pick<McpOptions, 'elicit'>;
  return { ...read, ...elicit !== undefined && { elicit: elicit === false ? [] : elicit } };
}
