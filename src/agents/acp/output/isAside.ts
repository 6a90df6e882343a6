import { findIn } from './findIn.js';

/**
 * What bridges put in front of an answer, without an id and without an end of the line, each in a chunk of its own; as seen of `codex-acp`
 * 0.16.0 of Zed, for a model that it does not know.
 */
const KNOWN: readonly RegExp[] = [/^Model metadata for [^\n]{1,200} not found\. /];

/** Whether a chunk of a message is a word of the bridge beside the conversation: it is marked as information, or known as one. */
export const isAside = (said: string, meta: unknown): boolean =>
  KNOWN.some((each) => each.test(said)) || findIn(meta, (key, value) => key === 'kind' && value === 'informational') !== undefined;
