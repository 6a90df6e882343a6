import { describeValue } from '../../describeValue.js';
import type { AgentOutput } from '../../output.js';
import type { Kind } from '../../check.js';
import { cutText } from '../../cutText.js';

const STRING: Kind = [(value) => typeof value === 'string', 'a string'];
const AMOUNT: Kind = [(value) => typeof value === 'number' && value >= 0 && value < Infinity, 'a number from 0'];
const STATE: Kind = [(value) => value === 'started' || value === 'ended', 'started or ended'];
const maybe = ([is, what]: Kind): Kind => [(value) => value === undefined || is(value), what];

/** Characters of what names a tool call; its lines and its result have limits of their own. */
const MAX_NAME = 500;

/** The fields of each output. */
const OUTPUTS: Record<AgentOutput['type'], Readonly<Record<string, Kind>>> = {
  line: { text: STRING },
  text: { text: STRING },
  step: {},
  tool: { name: STRING, state: STATE, detail: maybe(STRING), callId: maybe(STRING) },
  usage: { inputTokens: AMOUNT, outputTokens: AMOUNT, costUsd: maybe(AMOUNT) },
  result: { value: [() => true, ''] },
};

/** Reads one thing that an agent put out, and throws a sentence about it where it is none. Only known fields are kept. */
export function readOutput<R>(value: unknown): AgentOutput<R> {
  if (typeof value === 'string') return { type: 'line', text: value };
  const given = Object(value) as Record<string, unknown>;
  const type = given['type'] as AgentOutput['type'];
  if (!Object.hasOwn(OUTPUTS, type)) {
    throw wrong(`a string or an output of type ${Object.keys(OUTPUTS).join(', ')}`, type ?? value);
  }
  const output: Record<string, unknown> = { type };
  for (const [field, [is, what]] of Object.entries(OUTPUTS[type])) {
    const part = given[field];
    if (!is(part)) throw wrong(`\`${type}.${field}\` to be ${what}`, part);
    if (part !== undefined || field === 'value') output[field] = type === 'tool' ? cutText(part as string, MAX_NAME).text : part;
  }
  return output as unknown as AgentOutput<R>;
}

const wrong = (what: string, value: unknown): TypeError =>
  new TypeError(`The agent put out something unknown. Expected ${what}, got ${describeValue(value)}.`);
