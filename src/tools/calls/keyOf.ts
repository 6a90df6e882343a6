import { headOf } from '../../core/cutText.js';
import type { ToolName } from '../tool.js';

/** Characters of a call's id that stand in its key as they are. */
const SHOWN = 60;

/**
 * The key of a call: whoever calls the same tool with the same id and the same input, for the same agent, has the same. Some providers use
 * the same ids over and over, so the id alone says nothing. There is none where the input is no data.
 */
export function keyOf(callId: string, tool: ToolName, agent: string, input: unknown): string | undefined {
  try {
    const text = JSON.stringify([callId, tool, agent, input], sorted);
    return `call ${headOf(callId, SHOWN)} ${hashOf(text)}`;
  } catch {
    return undefined;
  }
}

/** Whatever the order in which its fields came. */
const sorted = (_: string, value: unknown): unknown => typeof value === 'object' && value !== null && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1)) : value;

const PRIME = 0x01000193;

/** 64 bits, and the length: not against who wants two inputs to be one, since a key with another brief is found out. */
function hashOf(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n);
    one = Math.imul(one ^ code, PRIME);
    other = Math.imul(other ^ one ^ code, PRIME) + n;
  }
  return [one >>> 0, other >>> 0, text.length].map((part) => part.toString(36)).join('-');
}
