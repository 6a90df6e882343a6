import { WORDS, type Kind } from '../../../core/check.js';
import { readFields } from '../readFields.js';

/** Under which ids a stream of AG-UI events goes: those of the `RunAgentInput` that asked for it, where one did. */
export interface AgUiRunIds {
  /** @defaultValue a new one */
  readonly threadId?: string | undefined;
  /** @defaultValue a new one */
  readonly runId?: string | undefined;
}

/** The fields of the ids, for a table of options. */
export const RUN_IDS: Record<keyof AgUiRunIds, Kind> = { threadId: WORDS, runId: WORDS };

/** Reads the options, and makes new ids at each call of what it answers with where none were given. */
export function readRunIds<O extends AgUiRunIds>(name: string, options: O, fields: Readonly<Record<keyof O, Kind>>) {
  const { threadId, runId } = readFields(name, options, fields);
  return () => ({ threadId: threadId ?? crypto.randomUUID(), runId: runId ?? crypto.randomUUID() });
}
