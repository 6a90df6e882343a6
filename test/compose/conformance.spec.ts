import { concat, identity, NEVER, of, throwError, timer } from 'rxjs';
import { retrying, fallback, flowing, sequence, steered, through } from '../../src/compose/index.js';
import type { Agent } from '../../src/index.js';
import { agentConformance, type AgentKind } from '../support/agentConformance.js';
import { acpKinds } from '../support/kinds/acp.js';
import { agUiKinds } from '../support/kinds/agUi.js';
import { commandKind } from '../support/kinds/command.js';
import { modelKind } from '../support/kinds/model.js';
import { ownKinds } from '../support/kinds/own.js';

/** A kind of agent, with each of its agents wrapped. What is made of several agents cannot go on when its process has ended. */
const wrapped = (wrap: (agent: Agent) => Agent, { live, ...kind }: AgentKind, ofOne: boolean): AgentKind => ({
  ...kind,
  perform: (play, stage) => wrap(kind.perform(play, stage)),
  ...(ofOne && live !== undefined && { live: (life, stage) => wrap(live(life, stage)) }),
});

const failing: Agent = () => throwError(() => new Error('no'));
const opening: Agent = () => concat(of('begun'), timer(1).pipe(() => NEVER));

/** What is made of one agent alone does all that it does. */
const ofOne: readonly (readonly [string, (agent: Agent) => Agent])[] = [
  ['through', (agent) => through(agent, identity)],
  ['retrying', (agent) => retrying(agent, { count: 0 })],
  ['steered', (agent) => steered(agent, () => NEVER)],
];
const ofSeveral: readonly (readonly [string, (agent: Agent) => Agent])[] = [
  ['fallback, as the first', (agent) => fallback(agent)],
  ['fallback, as the second', (agent) => fallback(failing, agent)],
  ['sequence, as the last', (agent) => sequence(() => ['before'], agent)],
  ['flowing, as the second', (agent) => flowing(opening, agent)],
];

for (const [name, kind] of ownKinds.filter(([each]) => /Observable|async generator|a promise/.test(each))) {
  for (const [by, wrap] of ofOne) agentConformance(`${name}, by ${by}`, wrapped(wrap, kind, true));
  for (const [by, wrap] of ofSeveral) agentConformance(`${name}, by ${by}`, wrapped(wrap, kind, false));
}
