import type { AbstractAgent } from '@ag-ui/client';
import type { Brief } from '../../core/brief.js';
import { check } from '../../core/check.js';
import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';

/** An AG-UI agent, or a function that makes a new one for each task. */
export type AgUiSource<B extends Brief = Brief> = AbstractAgent | ((brief: B) => AbstractAgent);

/**
 * How to get an agent that belongs to one task alone: an agent holds its messages, its state and its request, so tasks that shared one
 * would mix. One that is given is cloned, as AG-UI means it to be.
 *
 * @throws InvalidArgumentError where there is no agent, or its clone would lack what it works with
 */
export function ownAgent<B extends Brief>(given: AgUiSource<B>): (brief: B) => AbstractAgent {
  if (typeof given === 'function') return (brief) => made(given(brief));
  check('agent', given, [isAgent, 'an AG-UI agent or a function that makes one']);
  const copy = given.clone() as AbstractAgent;
  check('agent.clone()', copy, [isAgent, 'an AG-UI agent']);
  const lost = fieldsOf(given).find((field) => !(field in copy));
  if (lost !== undefined) {
    throw new InvalidArgumentError(
      `The agent's clone() loses its field \`${lost}\`. Override clone(), or hand over a function that makes a new agent for each task.`,
    );
  }
  return () => given.clone() as AbstractAgent;
}

function made(agent: AbstractAgent): AbstractAgent {
  if (!isAgent(agent)) {
    throw new TypeError(`Expected the function given to agUi to make an AG-UI agent, got ${describeValue(agent)}.`);
  }
  if (agent.isRunning) {
    throw new TypeError('The function given to agUi made an agent that is in another run. It must make a new one for each task.');
  }
  return agent;
}

/** By its shape, so that an agent of another copy of the package passes. */
function isAgent(value: unknown): value is AbstractAgent {
  const { runAgent, clone, use } = Object(value) as Partial<Record<keyof AbstractAgent, unknown>>;
  return [runAgent, clone, use].every((verb) => typeof verb === 'function');
}

/** The fields that would be missed, so not the flags that are down, nor what belongs to a run that happens to be under way. */
const fieldsOf = (agent: AbstractAgent): string[] => Object.entries(agent)
  .filter(([name, value]) => value !== undefined && value !== false && !name.startsWith('activeRun'))
  .map(([name]) => name);
