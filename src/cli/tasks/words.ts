import { cutText } from '../../core/cutText.js';
import { cleanText } from '../../tools/answers/text/cleanText.js';

/** A text in one line of a terminal. */
export const oneLine = (text: string, length = 200): string => cutText(cleanText(text).replace(/\s+/g, ' ').trim(), length).text;

const UNITS = [['day', 86_400], ['h', 3_600], ['min', 60]] as const;

/** Milliseconds as people say them: `850 ms`, `12.5 s`, `3 min`, `2 h`, `4 days`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  const [unit, size] = UNITS.find(([, least]) => seconds >= 2 * least)!;
  const count = Math.floor(seconds / size);
  return `${count} ${unit === 'day' ? 'days' : unit}`;
}

/** A moment as it can be compared with those of other logs. */
export const moment = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace(/\.\d+Z$/, 'Z');
