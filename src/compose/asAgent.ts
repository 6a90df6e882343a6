import type { Agent, AgentFunction } from '../core/agent.js';
import type { Brief } from '../core/brief.js';

/** What an agent may say of itself beside its name, as kinds of agent do: what starts it, and toolsets, read it. */
interface Said {
  readonly steerable?: unknown;
  readonly description?: unknown;
  readonly briefSchema?: unknown;
  readonly grant?: unknown;
  readonly onRestart?: unknown;
  readonly limit?: unknown;
  readonly followUp?: unknown;
}

/** What stays true of an agent that starts another as a child: that one has the seat, and saves what is gone on with. */
const OF_A_PARENT = ['steerable', 'description', 'briefSchema', 'grant'] as const;
const ALL = [...OF_A_PARENT, 'onRestart', 'limit', 'followUp'] as const;

/** What is true of the child alone. */
export type OfAChild = 'onRestart' | 'limit' | 'followUp';

/** What is said of an agent by whatever wraps it. */
export type SaidOf<F> = Pick<F, Extract<keyof F, keyof Said>>;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- no other type takes every agent
type Any = AgentFunction<any>;

/** Makes an agent that runs another in its own task: it is called as that one is, and says of itself all that that one does. */
export const inside = <R, B extends Brief, F>(wrapped: F, agent: Agent<R, B>): Agent<R, B> & SaidOf<F> =>
  like(wrapped as Any, ALL, agent) as Agent<R, B> & SaidOf<F>;

/**
 * Makes an agent that starts another as a child: it is called as that one is, and says of itself what stays true of it.
 *
 * @param beside - whom it may start beside that one: it is deaf only if they are as well
 */
export function above<R, B extends Brief, F>(
  child: F, agent: Agent<R, B>, beside: readonly unknown[] = [],
): Agent<R, B> & Omit<SaidOf<F>, OfAChild> {
  const { onRestart } = child as Said;
  // It may begin anew where that one may; what that one would go on from is saved with the child, which is gone then.
  const fields = [...OF_A_PARENT, ...onRestart === 'resume' ? [] : ['onRestart' as const]]
    .filter((field) => field !== 'steerable' || areDeaf(beside));
  return like(child as Any, fields, agent) as Agent<R, B> & SaidOf<F>;
}

/** Makes an agent of several: it has a name of its own, and is deaf only if all of them are. */
export const amid = <R, B extends Brief>(name: string, agents: readonly unknown[], agent: Agent<R, B>): Agent<R, B> =>
  Object.assign(called(name, agent), areDeaf(agents) ? { steerable: false } : {});

const areDeaf = (agents: readonly unknown[]): boolean => agents.every((one) => (one as Said).steerable === false);

function like<R, B extends Brief>(other: Any, fields: readonly (keyof Said)[], agent: Agent<R, B>): Agent<R, B> {
  const said = fields.map((field) => [field, (other as Said)[field]] as const).filter(([, value]) => value !== undefined);
  return Object.assign(called(nameOf(other), agent), Object.fromEntries(said));
}

const called = <R, B extends Brief>(name: string, agent: Agent<R, B>): Agent<R, B> => Object.defineProperty(agent, 'name', { value: name });

/** What a function is called, where that is anything to call it by. */
export const nameOf = ({ name }: { readonly name: unknown }): string => typeof name === 'string' && name.trim() !== '' ? name : 'agent';
