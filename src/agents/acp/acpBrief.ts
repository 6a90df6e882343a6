import * as z from 'zod';
import type { Brief } from '../../core/brief.js';

/** What an ACP agent is asked. */
export interface AcpBrief extends Brief {
  /** The conversation to continue: the id of an earlier task of this agent, or its ACP session id. @defaultValue a new one */
  readonly session?: string | undefined;
  /** The directory to work in, within the `roots` of the agent. @defaultValue the agent's own */
  readonly cwd?: string | undefined;
}

/** The fields of a brief beyond goal and context, for a model. */
export const acpBriefSchema = z.object({
  session: z.string().min(1).optional().describe(
    'The task_id of an earlier task of this agent that has ended: the agent then continues that conversation and knows all of it. '
    + 'Leave it out to begin a new one.',
  ),
});
