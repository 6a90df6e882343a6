import { describeValue } from '../../describeValue.js';
import { result, type AgentOutput, type LineOutput } from '../../output.js';
import { A_BOOLEAN, type Kind } from '../../check.js';
import { cutText } from '../../cutText.js';
import type { Redact } from './redacting.js';

const STRING: Kind = [(value) => typeof value === 'string', 'a string'];
const AMOUNT: Kind = [(value) => typeof value === 'number' && value >= 0 && value < Infinity, 'a number from 0'];
const STATE: Kind = [(value) => value === 'started' || value === 'ended', 'started or ended'];
const maybe = ([is, what]: Kind): Kind => [(value) => value === undefined || is(value), what];

/** Characters of what names a tool call; its lines and its result have limits of their own. */
const MAX_NAME = 500;

/** The fields of each output. */
const OUTPUTS: Record<AgentOutput['type'], Readonly<Record<string, Kind>>> = {
  line: { text: STRING, aside: maybe(A_BOOLEAN) },
  text: { text: STRING },
  step: {},
  tool: { name: STRING, state: STATE, detail: maybe(STRING), callId: maybe(STRING) },
  usage: { inputTokens: AMOUNT, outputTokens: AMOUNT, costUsd: maybe(AMOUNT) },
  attempt: { reason: STRING, agent: maybe(STRING) },
  result: { value: [() => true, ''] },
};

/** A list with a type in it would be taken for one. */
const isType = (type: unknown): boolean => typeof type === 'string' && Object.hasOwn(OUTPUTS, type);

/** What an agent answers in one piece, as an output: what is none, and no string, is the result. Never throws, whatever the value. */
export function asOutput(value: unknown): unknown {
  try {
    const { type } = Object(value) as AgentOutput;
    return typeof value === 'string' || isType(type) ? value : result(value);
  } catch {
    // What cannot be looked at is for `readOutput` to refuse.
    return value;
  }
}

/** The text of a line that is as it should be, and no aside. */
export function lineOf(value: unknown): string | undefined {
  const { type, text, aside } = Object(value) as Partial<LineOutput>;
  return type === 'line' && typeof text === 'string' && aside === undefined ? text : undefined;
}

/**
 * Reads one thing that an agent put out, and throws a sentence about it where it is none. Only known fields are kept.
 *
 * @param redact - of what is to be kept; a text stream is redacted when a line of it is whole
 */
export function readOutput<R>(value: unknown, redact?: Redact): AgentOutput<R> {
  if (typeof value === 'string') return { type: 'line', text: redact?.(value) ?? value };
  const given = Object(value) as Record<string, unknown>;
  const type = given['type'] as AgentOutput['type'];
  if (!isType(type)) {
    throw wrong(`a string or an output of type ${Object.keys(OUTPUTS).join(', ')}`, type ?? value);
  }
  const output: Record<string, unknown> = { type };
  for (const [field, [is, what]] of Object.entries(OUTPUTS[type])) {
    const part = given[field];
    if (!is(part)) throw wrong(`\`${type}.${field}\` to be ${what}`, part);
    if (part === undefined && field !== 'value') continue;
    const kept = redact === undefined || type === 'text' || field === 'state' ? part : redact(part);
    output[field] = type === 'tool' || type === 'attempt' ? cutText(kept as string, MAX_NAME).text : kept;
  }
  return output as unknown as AgentOutput<R>;
}

const wrong = (what: string, value: unknown): TypeError =>
  new TypeError(
    `The agent put out something unknown. If it is the result, put it out as result(value). Expected ${what}, got ${describeValue(value)}.`,
  );
