import type { Brief } from '../../core/brief.js';

/** What a model is asked: a brief, and how much of what its developer allows this run is to have. */
export interface ModelBrief extends Brief {
  /** The names of the toolsets that it may use. @defaultValue all that it can be given */
  readonly toolsets?: readonly string[] | undefined;
  /** The name of the model, of those in `models`. @defaultValue the agent's own */
  readonly model?: string | undefined;
  /** The most steps, each of them one model call, that it may take. @defaultValue the agent's `maxSteps` */
  readonly max_iterations?: number | undefined;
}
