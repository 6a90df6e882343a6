import type { AbstractAgent, Message, ResumeEntry } from '@ag-ui/client';
import type { Json, JsonObject } from '../../../core/json.js';
import type { Checkpoints } from '../../restart/checkpointsOf.js';

/** Characters of the JSON of a conversation that is kept. */
const MAX_KEPT = 262_144;

/** A conversation as a later task goes on with it: servers of AG-UI are told all of it with every run. */
export interface AgUiCheckpoint extends JsonObject {
  readonly threadId: string;
  readonly messages: readonly JsonObject[];
  readonly state?: Json | undefined;
  /** The ids of what its last run stopped to ask for. */
  readonly open: readonly string[];
}

/** Keeps the conversation of an agent, for a task that follows. */
export function keepThread({ threadId, messages, state, pendingInterrupts }: AbstractAgent, { save, lose }: Checkpoints<AgUiCheckpoint>):
void {
  try {
    const words = JSON.stringify({ threadId, messages, state: state as unknown, open: pendingInterrupts.map(({ id }) => id) });
    if (words.length <= MAX_KEPT) save(JSON.parse(words) as AgUiCheckpoint);
    else lose(`its messages and its state have more than ${MAX_KEPT} characters`);
  } catch (thrown) {
    lose(`it is no JSON (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
}

/** Gives an agent the conversation that it goes on with. */
export function takeThread(agent: AbstractAgent, { messages, state }: AgUiCheckpoint): void {
  agent.setMessages(messages as unknown as Message[]);
  if (state !== undefined) agent.setState(state);
}

/** What was asked for in it, and nobody answers any more. */
export const withdrawn = ({ open }: AgUiCheckpoint): ResumeEntry[] | undefined =>
  open.length === 0 ? undefined : open.map((interruptId) => ({ interruptId, status: 'cancelled' }));
