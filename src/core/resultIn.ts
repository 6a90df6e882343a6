import type { TaskEvent } from './events.js';
import type { AgentOutput } from './output.js';

/** What can be read for lines, endings and results: the outputs of runs, and the events of tasks. */
export type OutputOrEvent = AgentOutput<unknown> | TaskEvent;

/** The result in a stream of outputs or events. Where outputs hold none, it is the last line; where events hold none, there is none. */
export type ResultIn<E> = 0 extends 1 & E ? unknown : InEvents<E> | InOutputs<Exclude<E, { readonly taskId: string }>>;

type InEvents<E> = E extends { readonly type: 'completed'; readonly result: infer R } ? R : never;

type InOutputs<O> = [O] extends [never] ? never : [SaidBy<O>] extends [never] ? string : SaidBy<O>['value'];

type SaidBy<O> = Extract<O, { readonly type: 'result'; readonly value: unknown }>;
