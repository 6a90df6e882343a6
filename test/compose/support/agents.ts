import { map, type Observable } from 'rxjs';
import type { AnyAgent } from '../../../src/compose/anyAgent.js';
import { outcome, type Task } from '../../../src/index.js';

/** An agent by a name, which is its task's id in a marble test. */
export const named = <F extends AnyAgent>(name: string, agent: F): F => Object.defineProperty(agent, 'name', { value: name });

/** How a task ends, as one value: its result, or why it has none. */
export const endOf = (task: Task): Observable<unknown> => task.events.pipe(outcome(), map((ending) =>
  ending.type === 'completed' ? ending.result : ending.type === 'failed' ? ending.error.message : `cancelled: ${ending.reason}`));
