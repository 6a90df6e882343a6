import { map } from 'rxjs';
import type { Agent } from '../../../src/index.js';

/** How one wrapper runs the agent in it: as it is, or with the steering messages that it hands on itself. */
export type Wrapping = 'as it is' | 'handing on';

/** Wraps an agent, the first wrapping innermost. */
export const wrapped = (agent: Agent<unknown>, wrappings: readonly Wrapping[]): Agent<unknown> =>
  wrappings.reduce<Agent<unknown>>((inner, wrapping) => (brief, steering, context) =>
    context.run(inner, brief, wrapping === 'as it is' ? {} : { steering: steering.pipe(map((words) => words)) }), agent);
