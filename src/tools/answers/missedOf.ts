import * as z from 'zod';
import { cutText } from '../../core/cutText.js';
import type { TaskSnapshot } from '../../core/task.js';
import { cleanText } from './text/cleanText.js';

/** Characters of a message that tell its sender which one it was. */
const MESSAGE = 300;

/** A message that the agent never got. */
export interface MissedSteering {
  readonly steering_id: string;
  readonly message: string;
}

export const missedSchema = z.array(z.object({ steering_id: z.string(), message: z.string() }));

/** The messages that a task's agent never got; nothing where it got all. */
export const missedOf = ({ missedSteering }: TaskSnapshot): readonly MissedSteering[] | undefined =>
  missedSteering?.map(({ id, text }) => ({ steering_id: shown(id, 100), message: shown(text, MESSAGE) }));

const shown = (text: string, length: number): string => cutText(cleanText(text), length).text;
