import { cutText } from '../../../core/cutText.js';
import { plainJson } from '../../../tools/answers/text/plainJson.js';

/** A tool call of a step that was not over. */
export interface OpenCall {
  readonly id: string;
  readonly name: string;
  readonly input: string;
  /** What it answered, where it had. */
  readonly answer?: string | undefined;
}

/** Characters that are kept of what went into a call, and of what came of it. */
const MAX_INPUT = 2_000;
const MAX_ANSWER = 8_000;

export const openCall = (id: string, name: string, input: unknown): OpenCall => ({ id, name, input: wordsOf(input, MAX_INPUT) });

export const answered = (call: OpenCall, answer: unknown): OpenCall => ({
  ...call, answer: answer instanceof Error ? `failed: ${cutText(answer.message, MAX_ANSWER).text}` : wordsOf(answer, MAX_ANSWER),
});

const ENDED = {
  process: 'The process in which you work has ended and goes on now. You were in the midst of a step',
  task: 'The task was ended before you were done. You were in the midst of a step',
};

/**
 * What a model is told of a step in the midst of which its process ended. In words, and not as calls with results: some providers take
 * calls only with the thoughts that led to them, and those had not come to their end.
 */
export function wordsOfCalls(calls: readonly OpenCall[], ended: 'process' | 'task' = 'process'): string {
  const told = calls.map(({ name, input, answer }) => answer === undefined
    ? `- \`${name}\` with ${input}: it may have happened. Its answer was lost.`
    : `- \`${name}\` with ${input}: it has happened, and answered: ${answer}`);
  return [
    `[${ENDED[ended]}, in which you had called:`,
    ...told,
    `None of these was called again. Look at what is there before you do anything a second time.${ended === 'task' ? '' : ' Then go on.'}]`,
  ].join('\n');
}

function wordsOf(value: unknown, length: number): string {
  const words = typeof value === 'string' ? value : JSON.stringify(plainJson(value)) ?? 'nothing';
  return cutText(words, length).text;
}
