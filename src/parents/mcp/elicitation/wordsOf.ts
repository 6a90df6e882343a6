import { cutText } from '../../../core/cutText.js';
import type { QuestionData, QuestionKind } from '../../../core/question.js';
import { cleanText } from '../../../tools/answers/text/cleanText.js';
import { lineOf } from './formOf.js';

/** Characters of the question, and of what it is about: so many lines of so many characters. */
const TEXT = 2_000;
const LINES = 8;
const LINE = 300;

const ASKS: Readonly<Record<QuestionKind, string>> = {
  text: 'asks', choice: 'asks', confirm: 'asks', form: 'asks', permission: 'asks for permission',
};

/**
 * What a person is told: who asks, what, and what it is about. Only the first line is ours; what a child wrote is cut and cleaned, and each
 * value of its detail keeps to one line.
 *
 * @param more - what else is said: what was wrong with the answer before, above the question; a hint, at the end
 */
export function wordsOf({ taskId, agent, kind, text, detail = {} }: QuestionData, more: { wrong?: string; hint?: string } = {}): string {
  const { wrong, hint } = more;
  const entries = Object.entries(detail);
  const shown = entries.slice(0, LINES).map(([name, value]) =>
    `  ${lineOf(name, LINE)}: ${lineOf(typeof value === 'string' ? value : JSON.stringify(value), LINE)}`);
  return [
    `${lineOf(agent, LINE)} (task ${taskId}) ${ASKS[kind]}:`,
    ...wrong === undefined ? [] : [`That was no answer. ${lineOf(wrong, TEXT)}`],
    cutText(cleanText(text), TEXT).text,
    ...shown,
    ...entries.length > LINES ? [`  … [+${entries.length - LINES}]`] : [],
    ...hint === undefined ? [] : [hint],
  ].join('\n');
}
