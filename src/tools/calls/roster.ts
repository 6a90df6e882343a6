import * as z from 'zod';
import type { Brief } from '../../core/brief.js';
import type { Budget } from '../../core/budget.js';
import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';
import type { AgentDefinition, DescribedAgent } from '../agentDefinition.js';
import { budgetField, budgetOf, type AskedBudget } from './budgetOf.js';
import { fields } from './fields.js';
import { readDefinition } from './readDefinition.js';
import { readInput } from './readInput.js';

/** The named agents of a toolset: what a model may ask for, and what of it reaches which agent. */
export interface Roster {
  /** A line for each agent, for a description. */
  readonly description: string;
  /** What starting one of them takes. */
  readonly shape: z.ZodRawShape;
  /** Reads what a model sent: the agent that was asked for, and its brief as that agent's own schema reads it. */
  choose(input: unknown): Choice;
}

/** Who is to be started, and with what. */
export interface Choice {
  readonly name: string;
  readonly definition: AgentDefinition;
  readonly brief: Brief;
  readonly budget: Budget | undefined;
}

/** Reads the agents that a toolset is made with. */
export function createRoster(
  agents: Readonly<Record<string, DescribedAgent | AgentDefinition>>, defaultAgent: string | undefined, budgets = false,
): Roster {
  if (typeof agents !== 'object' || (agents as unknown) === null || Array.isArray(agents)) {
    throw new InvalidArgumentError(`Expected \`agents\` to be an object of agents by their names, got ${describeValue(agents)}.`);
  }
  const definitions = new Map(Object.entries(agents).map(([name, given]) => [name, readDefinition(name, given, budgets)]));
  const names = [...definitions.keys()];
  const only = names.length === 1 ? names[0] : defaultAgent;
  if (names.length === 0) throw new InvalidArgumentError('Expected `agents` to name at least one agent, got an empty object.');
  if (defaultAgent !== undefined && !definitions.has(defaultAgent)) {
    throw new InvalidArgumentError(`Expected \`defaultAgent\` to be one of ${names.join(', ')}, got ${describeValue(defaultAgent)}.`);
  }
  const agent = z.enum(names);
  const ask = only === undefined
    ? agent.describe('Which agent does it.')
    : agent.optional().describe(names.length === 1 ? `Default and only ${only}.` : `Which agent does it. Default ${only}.`);
  const more = budgets ? { budget: budgetField } : {};
  const common = z.looseObject({ agent: ask, goal: fields.goal, context: fields.context, ...more });
  return {
    description: [...definitions].map(([name, { description }]) => `${name}: ${description}`).join('\n'),
    shape: { goal: fields.goal, context: fields.context, agent: ask, ...extraFields(definitions), ...followUpField(definitions), ...more },
    choose(input) {
      const { agent: name = only!, goal, context, ...others } = readInput(common, input);
      // Where the tools take none, a field of that name is an agent's own.
      const { budget: asked, ...rest } = others as { readonly budget?: AskedBudget };
      const extra = budgets ? rest : others;
      const definition = definitions.get(name) as AgentDefinition;
      // For an agent that cannot follow up it is a field that it does not know.
      const { follow_up, ...left } = definition.followUp === true ? readInput(followed, extra) : { ...extra, follow_up: undefined };
      const own = readInput(definition.briefSchema?.strict() ?? z.strictObject({}), definition.followUp === true ? left : extra);
      const isFollowed = follow_up !== undefined && follow_up.trim() !== '';
      const brief = { ...own, goal, ...context !== undefined && { context }, ...isFollowed && { follow_up } };
      return { name, definition, brief, budget: budgetOf(definition.budget, budgets ? asked : undefined) };
    },
  };
}

/**
 * What the agents' schemas add. Where there are several agents every such field may be left out, since each agent checks its own, and its
 * description says whose it is.
 */
function extraFields(definitions: ReadonlyMap<string, AgentDefinition>): z.ZodRawShape {
  const owners = new Map<string, Map<z.core.$ZodType, string[]>>();
  for (const [name, { briefSchema }] of definitions) {
    for (const [field, schema] of Object.entries<z.core.$ZodType>(briefSchema?.shape ?? {})) {
      const schemas = owners.get(field) ?? new Map<z.core.$ZodType, string[]>();
      schemas.set(schema, [...schemas.get(schema) ?? [], name]);
      owners.set(field, schemas);
    }
  }
  return Object.fromEntries([...owners].map(([field, schemas]) => {
    const all = [...schemas.keys()];
    if (definitions.size === 1) return [field, all[0]!];
    const said = [...schemas].map(([schema, names]) => {
      const words = descriptionOf(schema);
      return words === undefined ? `For ${names.join(' and ')} only.` : `For ${names.join(' and ')}: ${words}`;
    });
    return [field, z.optional(all.length === 1 ? all[0]! : z.union(all)).describe(said.join(' '))];
  }));
}

const FOLLOW_UP = 'A task_id that has ended: goes on with that conversation.';
const followUp = z.string().optional();
const followed = z.looseObject({ follow_up: followUp });

/** The field by which a conversation goes on, where an agent can do that; where others cannot, it says whose it is. */
function followUpField(definitions: ReadonlyMap<string, AgentDefinition>): z.ZodRawShape {
  const able = [...definitions].filter(([, definition]) => definition.followUp === true).map(([name]) => name);
  if (able.length === 0) return {};
  // One that cannot may have a field of its own that is called so.
  if ([...definitions.values()].some(({ briefSchema }) => briefSchema !== undefined && Object.hasOwn(briefSchema.shape, 'follow_up'))) {
    throw new InvalidArgumentError(`Expected no agent beside ${able.join(', ')} to have a field \`follow_up\` in its briefSchema.`);
  }
  return { follow_up: followUp.describe(able.length === definitions.size ? FOLLOW_UP : `For ${able.join(' and ')}: ${FOLLOW_UP}`) };
}

/** What is said of a field, also where what it says is wrapped in that it may be left out. */
function descriptionOf(schema: z.core.$ZodType): string | undefined {
  const { innerType } = schema._zod.def as { readonly innerType?: z.core.$ZodType };
  return z.globalRegistry.get(schema)?.description ?? (innerType === undefined ? undefined : descriptionOf(innerType));
}
