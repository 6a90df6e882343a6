import { NEVER, Subject } from 'rxjs';
import {
  createSession, type Agent, type AgentContext, type AgentOutput, type DelegateOptions, type Delegator, type Session, type SessionOptions,
  type Task,
} from '../../../src/index.js';
import { createToolset, type AgentDefinition, type AnyAgent, type Toolset, type ToolsetOptions } from '../../../src/tools/index.js';
import { createVirtualTime, type VirtualTime } from '../../support/virtualTime.js';

/** Never says anything, never ends by itself, and stops at once when it is told to. */
export const idle: AnyAgent = () => NEVER;

/** An agent that says what a test makes it say. */
export interface Puppet {
  readonly agent: AnyAgent;
  readonly output: Subject<AgentOutput<unknown> | string>;
  /** Of its latest run. */
  context: AgentContext;
}

export function createPuppet(): Puppet {
  const output = new Subject<AgentOutput<unknown> | string>();
  const agent: Agent<unknown> = (_brief, _steering, context) => {
    puppet.context = context;
    return output;
  };
  const puppet: Puppet = { agent, output, context: undefined as never };
  return puppet;
}

export interface SetUp extends VirtualTime {
  readonly session: Session;
  readonly tools: Toolset;
  /** Starts an agent beside the tools. */
  start(agent: AnyAgent, name?: string, options?: DelegateOptions): Task;
}

/** A session in virtual time whose ids are the agent's name and a count, and its toolset. */
export function setUp(options: SessionOptions = {}, agents: Partial<ToolsetOptions> = {}): SetUp {
  const time = createVirtualTime();
  let count = 0;
  const session = createSession({ scheduler: time.scheduler, generateId: (name) => `${name}-${++count}`, ...options });
  const tools = createToolset(session, { agents: { idle: { agent: idle, description: 'Waits.' } }, ...agents });
  const start = (agent: AnyAgent, name = 'worker', how: DelegateOptions = {}): Task =>
    session.delegate(agent, { goal: `be a ${name}` }, { name, ...how });
  return { ...time, session, tools, start };
}

/** The toolset of one agent. */
export const toolsetOf = (scope: Delegator, agent: AnyAgent | AgentDefinition = idle): Toolset =>
  createToolset(scope, { agents: { agent } });

/** Starts a task that never ends by itself and answers with it and its context, a scope of its own. */
export function nest(scope: Delegator, name = 'parent'): { readonly task: Task; readonly context: AgentContext } {
  const puppet = createPuppet();
  const task = scope.delegate(puppet.agent, { goal: `be a ${name}` }, { name });
  return { task, context: puppet.context };
}
