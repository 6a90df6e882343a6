import type { Brief } from '../core/brief.js';
import { describeValue } from '../core/describeValue.js';

/** A brief with a result behind its context. */
export const withContext = <B extends Brief>(brief: B, found: unknown): B =>
  ({ ...brief, context: brief.context === undefined ? textOf(found) : `${brief.context}\n\n${textOf(found)}` });

/** A result as another agent can read it: strings as they are, else JSON. Never throws. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    const json: unknown = JSON.stringify(value);
    return typeof json === 'string' ? json : describeValue(value);
  } catch {
    return describeValue(value);
  }
}
