import type { Observable } from 'rxjs';
import type { AgentContext } from '../core/agent.js';
import type { AgentAnswer } from '../core/answer.js';
import type { Brief } from '../core/brief.js';

/** Any agent function, whatever fields its brief has beyond a goal: written as a method, it takes those with narrower briefs as well. */
export type AnyAgent = {
  agent(brief: Brief, steering: Observable<string>, context: AgentContext): AgentAnswer;
}['agent'];

/** The brief that an agent takes; of several agents, what all of them take. */
export type BriefOf<F> = [F] extends [(brief: infer B, steering: never, context: never) => unknown] ? B extends Brief ? B : Brief : Brief;
