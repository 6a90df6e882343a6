import type { z } from 'zod';
import type { Delegator } from '../core/agent.js';
import { describeValue } from '../core/describeValue.js';
import { InvalidArgumentError } from '../core/errors.js';
import type { AgentDefinition, DescribedAgent } from './agentDefinition.js';
import { cancelTask } from './cancelTask.js';
import { checkTask } from './checkTask.js';
import { collectTask } from './collectTask.js';
import { delegateTask } from './delegateTask.js';
import { delegateTaskAsync } from './delegateTaskAsync.js';
import { counted } from './hearing/counted.js';
import { listTasks } from './listTasks.js';
import { createRoster } from './calls/roster.js';
import { steerTask } from './steerTask.js';
import type { Tool, ToolName } from './tool.js';
import { waitForTasks } from './waitForTasks.js';

/** The tools for a model, by name: a plain record, so pick by destructuring. */
export type Toolset = Readonly<Record<ToolName, Tool>>;

/** The schema of each agent, where it is not known. */
export type AnySchemas = Readonly<Record<string, z.ZodObject>>;

/** Whom a model may start; `S` has the schema of each agent by its name. */
export interface ToolsetOptions<S = AnySchemas> {
  /** The agents by the names that the model calls them, each with a definition or as it describes itself. */
  readonly agents: { readonly [K in keyof S]: DescribedAgent<S[K]> | AgentDefinition<S[K]> };
  /** Who is started when the model names nobody. @defaultValue the agent, where there is one only */
  readonly defaultAgent?: string | undefined;
}

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
 * @throws InvalidArgumentError where an agent or the default agent is not what it should be
 */
export function createToolset<S>(scope: Delegator, options: ToolsetOptions<S>): Toolset {
  if (typeof (scope as Delegator | undefined)?.delegate !== 'function') {
    throw new InvalidArgumentError(`Expected \`scope\` to be a session or an agent's context, got ${describeValue(scope)}.`);
  }
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new InvalidArgumentError(`Expected \`options\` to be an object with \`agents\`, got ${describeValue(options)}.`);
  }
  const unknown = Object.keys(options).find((field) => field !== 'agents' && field !== 'defaultAgent');
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`Unknown field \`${unknown}\` in the options of createToolset. Expected: agents, defaultAgent.`);
  }
  const { agents, defaultAgent } = options;
  const roster = createRoster(agents as ToolsetOptions['agents'], defaultAgent);
  return Object.freeze({
    delegate_task_async: counted(scope, delegateTaskAsync(scope, roster)),
    check_task: counted(scope, checkTask(scope)),
    collect_task: counted(scope, collectTask(scope)),
    steer_task: counted(scope, steerTask(scope)),
    cancel_task: counted(scope, cancelTask(scope)),
    list_tasks: counted(scope, listTasks(scope)),
    delegate_task: counted(scope, delegateTask(scope, roster)),
    wait_for_tasks: counted(scope, waitForTasks(scope)),
  });
}
