import type { Limit } from '../../core/agent.js';
import { readBudget, type WrapUp } from '../../core/budget.js';
import { duration, WORDS } from '../../core/check.js';
import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { ON_RESTART } from '../../core/onRestart.js';
import { A_SCHEMA } from '../../core/readResult.js';
import type { AgentDefinition, DescribedAgent } from '../agentDefinition.js';

const TIME = duration(1);

/** Fields that the delegating tools take for themselves. */
const RESERVED = ['goal', 'context', 'agent', 'timeout'];

/** What may be said of an agent, by a definition or by the agent itself. */
export const SAID = [
  'description', 'briefSchema', 'resultSchema', 'steerable', 'followUp', 'grant', 'onRestart', 'budget', 'wrapUp', 'limit', 'deadline',
  'idleTimeout',
] as const;

/** The definition as it was given, and what it leaves open as the agent says it. */
export function readDefinition(name: string, given: DescribedAgent | AgentDefinition, budgets: boolean): AgentDefinition {
  const { agent } = typeof given === 'function' ? { agent: given } : Object(given) as AgentDefinition;
  if (name.trim() === '') throw new InvalidArgumentError('Expected each agent to have a name that is not blank.');
  if (typeof agent !== 'function') {
    throw new InvalidArgumentError(`Expected \`agents.${name}\` to be an agent or its definition, got ${describeValue(given)}.`);
  }
  const said = SAID.map((field) => [field, given[field] ?? (agent as DescribedAgent)[field]] as const);
  const definition: AgentDefinition = {
    agent,
    description: typeof given === 'function' ? 'a background agent' : given.description,
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined)),
  };
  const {
    description, briefSchema, resultSchema, steerable, followUp, grant, onRestart, budget, wrapUp, limit, deadline, idleTimeout,
  } = definition;
  const expect = (field: string, holds: boolean, what: string, value: unknown): void => {
    if (!holds) throw new InvalidArgumentError(`Expected \`agents.${name}.${field}\` to be ${what}, got ${describeValue(value)}.`);
  };
  expect('description', typeof description === 'string' && description.trim() !== '', 'a string that is not blank', description);
  expect('steerable', steerable === undefined || typeof steerable === 'boolean', 'true or false', steerable);
  expect('followUp', followUp === undefined || typeof followUp === 'boolean', 'true or false', followUp);
  expect('briefSchema', briefSchema === undefined || typeof briefSchema?.shape === 'object', 'a z.object()', briefSchema);
  expect('resultSchema', resultSchema === undefined || A_SCHEMA[0](resultSchema), A_SCHEMA[1], resultSchema);
  expect('grant', grant === undefined || typeof grant === 'function', 'a function', grant);
  expect('onRestart', onRestart === undefined || ON_RESTART[0](onRestart), ON_RESTART[1], onRestart);
  expect('wrapUp', wrapUp === undefined || WORDS[0]((Object(wrapUp) as Partial<WrapUp>).message), 'an object with a `message`', wrapUp);
  const isLimit = typeof (Object(limit) as Partial<Limit>).running === 'number';
  expect('limit', limit === undefined || isLimit, 'a limit that createLimit made', limit);
  for (const [field, time] of Object.entries({ deadline, idleTimeout })) expect(field, time === undefined || TIME[0](time), TIME[1], time);
  try {
    readBudget(budget);
  } catch (error) {
    throw new InvalidArgumentError(`In \`agents.${name}\`: ${(error as Error).message}`);
  }
  const taken = [...RESERVED, ...budgets ? ['budget'] : [], ...followUp === true ? ['follow_up'] : []];
  const reserved = Object.keys(briefSchema?.shape ?? {}).find((field) => taken.includes(field));
  if (reserved !== undefined) {
    throw new InvalidArgumentError(
      `Expected the briefSchema of \`agents.${name}\` to have fields beyond ${taken.join(', ')}, got \`${reserved}\`.`,
    );
  }
  return definition;
}
