import * as z from 'zod';
import type { TaskSnapshot } from '../../core/task.js';
import { headOf } from '../../core/cutText.js';
import { cleanText } from './text/cleanText.js';
import { plain } from './plain.js';
import { seconds } from './seconds.js';

/** What a task waits for, as an answer says it. */
export interface Waiting {
  readonly reason: string;
  /** Seconds, where it is known when that is over. */
  readonly seconds_left?: number;
}

export const waitingSchema = z.object({ reason: z.string(), seconds_left: z.number().optional() });

/** What a task waits for that is not its own work; nothing where it works. @param most - characters of the reason */
export function waitingOf({ waitingFor, startedAt, createdAt, elapsed }: TaskSnapshot, most = Infinity): Waiting | undefined {
  if (waitingFor === undefined) return undefined;
  const { reason, until } = waitingFor;
  const now = (startedAt ?? createdAt) + elapsed;
  const words = cleanText(reason);
  const short = words.length > most ? `${headOf(words, most - 1)}…` : words;
  return plain({ reason: short, seconds_left: until === undefined ? undefined : seconds(until - now) }) as unknown as Waiting;
}
