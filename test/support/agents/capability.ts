import type { Capability } from '../matrix/results.js';
import type { Stage } from './stage.js';

/** Something that an agent is to do: a row of the matrix. */
export interface AgentCapability extends Capability {
  /** Plays it and looks; throws where it is not so, and answers with what else is worth knowing. */
  play(stage: Stage): Promise<string | undefined>;
}
