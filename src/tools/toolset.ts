import type { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { A_BOOLEAN, count, readOptions, WORDS, type Kind, type Option } from '../core/check.js';
import { describeValue } from '../core/describeValue.js';
import { InvalidArgumentError } from '../core/errors.js';
import { asksOf } from '../core/asksOf.js';
import { QUESTION_KINDS, type QuestionKind } from '../core/question.js';
import type { AgentDefinition, DescribedAgent } from './agentDefinition.js';
import { answerTask } from './answerTask.js';
import { createSpill } from './answers/spill.js';
import { cancelTask } from './cancelTask.js';
import { checkTask } from './checkTask.js';
import { collectTask } from './collectTask.js';
import { delegateTask } from './delegateTask.js';
import { delegateTaskAsync } from './delegateTaskAsync.js';
import { counted } from './hearing/counted.js';
import { listTasks } from './listTasks.js';
import { SECONDS } from './calls/defineTool.js';
import type { Offer } from './calls/offer.js';
import { createRoster, type Roster } from './calls/roster.js';
import { steerTask } from './steerTask.js';
import type { Tool, ToolName } from './tool.js';
import { TOOL_NAMES } from './toolNames.js';
import { waitForTasks } from './waitForTasks.js';

/** The tools for a model, by name: a plain record, so pick by destructuring. */
export type Toolset<N extends ToolName = ToolName> = Readonly<Record<N, Tool>>;

/** The schema of each agent, where it is not known. */
export type AnySchemas = Readonly<Record<string, z.ZodObject>>;

/** Whom a model may start, and by which tools; `S` has the schema of each agent by its name. */
export interface ToolsetOptions<S = AnySchemas, N extends ToolName = ToolName> {
  /** The agents by the names that the model calls them, each with a definition or as it describes itself. */
  readonly agents: { readonly [K in keyof S]: DescribedAgent<S[K]> | AgentDefinition<S[K]> };
  /** Who is started when the model names nobody. @defaultValue the agent, where there is one only */
  readonly defaultAgent?: string | undefined;
  /** Which tools to make; none of them names one that is left out. @defaultValue all nine */
  readonly tools?: readonly N[] | undefined;
  /** Says that an inbox tells the model what has ended: then no description sends it to ask. @defaultValue false */
  readonly inbox?: boolean | undefined;
  /** Lets the model give each task a budget, below what the agent's definition says. @defaultValue false */
  readonly budgets?: boolean | undefined;
  /**
   * The kinds of question that the model may answer, by `answer_task`; where it is an empty list, that tool is left out. Others are for
   * people, by `session.questions`, and so is each permission, unless this names it. @defaultValue text, choice, confirm and form
   */
  readonly mayAnswer?: readonly QuestionKind[] | undefined;
  /** Seconds that a call waits at most, whatever timeout the model asks for; it can be repeated. @defaultValue 3600 */
  readonly maxWait?: number | undefined;
  /** Lines that a collect shows beside a result, unless the model asks for more. @defaultValue 20 */
  readonly lines?: number | undefined;
  /**
   * A directory for results that do not fit into an answer: each is written to a file that is named in it. It is made when it is first
   * needed, and nothing is deleted there. @defaultValue none: what does not fit is cut
   */
  readonly spill?: string | undefined;
}

const MAKERS: Readonly<Record<ToolName, (scope: Delegator, offer: Offer, roster: Roster) => Tool>> = {
  delegate_task_async: delegateTaskAsync,
  check_task: checkTask,
  collect_task: collectTask,
  steer_task: steerTask,
  answer_task: answerTask,
  cancel_task: cancelTask,
  list_tasks: listTasks,
  delegate_task: delegateTask,
  wait_for_tasks: waitForTasks,
};

type Settings = ToolsetOptions & { readonly [K in 'tools' | 'maxWait' | 'lines' | 'mayAnswer']: NonNullable<ToolsetOptions[K]> };

const SOME_TOOLS: Kind = [
  (value) => Array.isArray(value) && value.length > 0 && value.every((name) => (TOOL_NAMES as readonly unknown[]).includes(name)),
  `a list of some of ${TOOL_NAMES.join(', ')}`,
];
const SOME_KINDS: Kind = [
  (value) => Array.isArray(value) && value.every((kind) => QUESTION_KINDS.includes(kind as QuestionKind)),
  `a list of some of ${QUESTION_KINDS.join(', ')}`,
];
const ANYTHING: Kind = [() => true, ''];

const OPTIONS: Record<keyof ToolsetOptions, Option> = {
  agents: [undefined, ANYTHING],
  defaultAgent: [undefined, ANYTHING],
  tools: [TOOL_NAMES, SOME_TOOLS],
  inbox: [false, A_BOOLEAN],
  budgets: [false, A_BOOLEAN],
  mayAnswer: [QUESTION_KINDS.filter((kind) => kind !== 'permission'), SOME_KINDS],
  maxWait: [3_600, SECONDS],
  lines: [20, count(0)],
  spill: [undefined, WORDS],
};

/**
 * The tools for a model, made from a session, or from a running agent's context, and named agents.
 *
 * The scope is the authority: whatever id a model sends, it reaches only the tasks below the scope.
 *
 * ```ts
 * import { createSession } from 'sidestream';
 * import { createToolset } from 'sidestream/tools';
 *
 * const { delegate_task_async, collect_task } = createToolset(createSession(), {
 *   agents: { greeter: { agent: ({ goal }) => [`hello ${goal}`], description: 'Greets whomever the goal names.' } },
 * });
 * const { task_id } = await delegate_task_async.execute({ goal: 'world' });
 * const { summary } = await collect_task.execute({ task_id, timeout: 5 });
 * console.log(summary); // hello world
 * ```
 *
 * @throws InvalidArgumentError where an agent or an option is not what it should be
 */
export function createToolset<S, N extends ToolName = ToolName>(scope: Delegator, options: ToolsetOptions<S, N>): Toolset<N> {
  if (typeof (scope as Delegator | undefined)?.delegate !== 'function') {
    throw new InvalidArgumentError(`Expected \`scope\` to be a session or an agent's context, got ${describeValue(scope)}.`);
  }
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new InvalidArgumentError(`Expected \`options\` to be an object with \`agents\`, got ${describeValue(options)}.`);
  }
  const { agents, defaultAgent, tools, inbox, budgets, mayAnswer, maxWait, lines, spill } =
    readOptions('the options of createToolset', options, OPTIONS) as Settings;
  const roster = createRoster(agents, defaultAgent, budgets === true);
  const has = (name: ToolName): boolean => tools.includes(name) && (name !== 'answer_task' || mayAnswer.length > 0);
  const answers = (kind: QuestionKind): boolean => has('answer_task') && mayAnswer.includes(kind);
  const offer: Offer = {
    has, answers, isTold: inbox === true, maxWait, lines, spill: spill === undefined ? undefined : createSpill(spill),
  };
  if (has('answer_task')) asksOf(scope).answers(mayAnswer);
  const made = TOOL_NAMES.filter(offer.has).map((name) => [name, counted(scope, MAKERS[name](scope, offer, roster))] as const);
  return Object.freeze(Object.fromEntries(made)) as Toolset<N>;
}
