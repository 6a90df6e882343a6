import { identity, NEVER } from 'rxjs';
import { fallback, flowing, retrying, sequence, steered, through } from '../../../src/compose/index.js';
import { result, type Agent } from '../../../src/index.js';
import { agentConformance, type AgentKind } from '../../support/agentConformance.js';

type Wrap = (agent: Agent) => Agent;

const silent: Agent = () => [];
const found: Agent = () => [result('found')];

/** What is made of one agent does all that it does. */
const OF_ONE: Readonly<Record<string, Wrap>> = {
  through: (agent) => through(agent, identity),
  retrying: (agent) => retrying(agent, { count: 0 }),
  steered: (agent) => steered(agent, () => NEVER),
};

/** What is made of several does all that the one does which works last, but going on when its process has ended. */
const OF_SEVERAL: Readonly<Record<string, Wrap>> = {
  'fallback, as the second': (agent) => fallback(silent, agent),
  'sequence, as the last': (agent) => sequence(found, agent),
  'flowing, as the second': (agent) => flowing(found, agent),
};

const all = (wraps: Readonly<Record<string, Wrap>>): Wrap => (agent) => Object.values(wraps).reduce((made, wrap) => wrap(made), agent);

/** The conformance list over a kind of agent with each of its agents wrapped, by each of what is made in a task and without children. */
export function wrappedConformance(name: string, kind: AgentKind): void {
  for (const [by, wrap] of Object.entries(OF_ONE)) agentConformance(`${name}, by ${by}`, wrapped(kind, wrap, true));
  for (const [by, wrap] of Object.entries(OF_SEVERAL)) {
    agentConformance(`${name}, by ${by}`, wrapped(kind, wrap, false, goalAlone));
  }
}

/** The same list, over all of them inside one another: for kinds that take their time. */
export function nestedConformance(name: string, kind: AgentKind): void {
  agentConformance(`${name}, by all that is made of one`, wrapped(kind, all(OF_ONE), true));
  agentConformance(`${name}, by all that is made of several`, wrapped(kind, all(OF_SEVERAL), false, goalAlone));
}

/** What the one before it found comes in its brief's context; those that keep whole prompts would recall that as well. */
const goalAlone: Wrap = (agent) => ({ context: _found, ...brief }, steering, context) => agent(brief, steering, context);

const wrapped = ({ live, ...kind }: AgentKind, wrap: Wrap, mayGoOn: boolean, hears: Wrap = identity): AgentKind => ({
  ...kind,
  perform: (play, stage) => wrap((play.act === 'recall' ? hears : identity<Agent>)(kind.perform(play, stage))),
  ...(mayGoOn && live !== undefined && { live: (life, stage) => wrap(live(life, stage)) }),
});
