import type { Agent } from '../../../src/index.js';
import { hedge, quorum, race, supervised } from '../../../src/compose/index.js';

type Combine = (agents: readonly Agent[], n: number) => Agent;

/** Everything of this room that makes an agent of agents, and leaves nobody behind. `n` is any small number. */
export const COMBINATORS = {
  race: (agents) => race(...agents),
  quorum: (agents, n) => quorum(1 + n % agents.length, [...agents]),
  hedge: ([agent, ...agents], n) => hedge(agent!, { after: n, ...agents.length > 0 && { agents } }),
  'hedge by a signal': ([agent, ...agents], n) => hedge(agent!, {
    when: ({ events }) => n === 0 ? [0] : events, ...agents.length > 0 && { agents },
  }),
  supervised: ([agent], n) => supervised(agent!, { restarts: n, backoff: () => n }),
} satisfies Record<string, Combine>;
