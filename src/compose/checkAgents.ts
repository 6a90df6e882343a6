import { A_STREAM, can } from '../core/check.js';
import { describeValue } from '../core/describeValue.js';
import { InvalidArgumentError } from '../core/errors.js';
import { passes } from '../core/passes.js';

/** Throws a sentence where something is no agent, that says what to give instead of what came. */
export function checkAgent(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new InvalidArgumentError(`Expected \`${name}\` to be an agent, got ${gotInstead(value)}.`);
}

/** Throws a sentence where there are fewer agents than that, or where one of them is none. */
export function checkAgents(name: string, agents: unknown, least = 1): void {
  if (!Array.isArray(agents)) throw new InvalidArgumentError(`Expected \`${name}\` to be a list of agents, got ${describeValue(agents)}.`);
  if (agents.length < least) {
    const few = least === 1 ? 'an agent' : `${least} agents`;
    throw new InvalidArgumentError(`Expected \`${name}\` to hold at least ${few}, got ${agents.length === 0 ? 'none' : agents.length}.`);
  }
  // Not `forEach`: that passes over holes.
  for (let at = 0; at < agents.length; at++) checkAgent(`${name}[${at}]`, agents[at]);
}

function gotInstead(value: unknown): string {
  if (passes(value, Array.isArray)) return 'an array. Give the agents one by one, as in `race(...agents)`';
  if (passes(value, (it) => can(it, 'steer', 'cancel'))) return 'a task, which runs already. Give the agent that it runs';
  if (typeof value === 'object' && passes(value, A_STREAM[0])) return 'a stream. Give a function that makes one, as in `() => stream`';
  if (passes(value, (it) => typeof (it as { agent?: unknown }).agent === 'function')) return 'a definition. Give its `agent`';
  return describeValue(value);
}
