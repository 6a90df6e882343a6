import type { Question } from '../../../core/question.js';

/**
 * How a line looks by which a program asks: a pattern, or a function that makes a question of it, or nothing where it is none. A line
 * that a pattern finds, or a text that a function answers with, is a question for a text, and for yes or no where the line ends with a
 * mark such as `[y/N]` or `(yes/no)`.
 */
export type Prompt = RegExp | ((line: string) => string | Question<never> | undefined);

/** A question of a program, and how its answer is written to it. */
export interface Prompted {
  readonly question: Question;
  frame(this: void, answer: unknown): string;
}

/** `[y/N]`, `(yes/no)`, `y/n?` and the like, at the end of a line. */
const YES_OR_NO = /[[(]?\b(y(?:es)?)\s*\/\s*(no?)\b[\])]?[\s:?>]*$/i;

/** What a line asks for, by the first of the prompts that knows it. */
export function promptOf(prompts: readonly Prompt[], line: string): Prompted | undefined {
  for (const prompt of prompts) {
    const found = typeof prompt === 'function' ? prompt(line) : matches(prompt, line) ? line : undefined;
    if (found === undefined || found === null) continue;
    const text = (typeof found === 'string' ? found : found.text).trim();
    const words = text === '' ? 'The program asks for something, and does not say for what.' : text;
    const yesOrNo = YES_OR_NO.exec(line);
    const question: Question = typeof found !== 'string' ? { ...found as Question, text: words }
      : { text: words, ...yesOrNo !== null && { kind: 'confirm' as const } };
    const [yes, no] = yesOrNo?.[1]?.length === 3 ? ['yes', 'no'] : ['y', 'n'];
    return { question, frame: (answer) => `${framed(answer === true ? yes : answer === false ? no : answer)}\n` };
  }
  return undefined;
}

/** A pattern that is global or sticky would remember where it was. */
const matches = (pattern: RegExp, line: string): boolean => line.search(pattern) >= 0;

/** One line: what is no text is JSON. */
const framed = (answer: unknown): string =>
  (typeof answer === 'string' ? answer : JSON.stringify(answer)).trim().split(/\s*[\r\n]+\s*/).join(' ');
