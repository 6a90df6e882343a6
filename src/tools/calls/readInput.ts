import type { z } from 'zod';
import { describeValue } from '../../core/describeValue.js';
import { InvalidArgumentError } from '../../core/errors.js';
import { headOf } from '../../core/cutText.js';

/** Validates a tool's input; the sentence names the field, what was expected and what came. */
export function readInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = parse(schema, input);
  if (typeof read === 'string') throw new InvalidArgumentError(read);
  return read.data;
}

/** The data, or the sentence that refuses the input. Whatever a getter of the input throws, it only makes the input unreadable. */
function parse<T>(schema: z.ZodType<T>, input: unknown): { readonly data: T } | string {
  try {
    if (typeof input === 'object' && input !== null && Object.hasOwn(input, '__proto__')) return 'Unknown field `__proto__`. Leave it out.';
    const read = schema.safeParse(input, { reportInput: true });
    return read.success ? read : sentenceOf(read.error.issues[0]!);
  } catch {
    return 'Expected the input to be one plain JSON object, got something that could not be read.';
  }
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('Expected ')) return issue.message;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return unknownFields(issue.keys.map((key) => [...path, key].join('.')));
  const field = path.length === 0 ? 'the input' : `\`${path.join('.')}\``;
  const came = issue.input === undefined && path.length > 0 ? 'nothing' : describeValue(issue.input);
  const wanted = wantedBy(issue);
  if (wanted === undefined) return `The value of ${field} was refused: ${issue.message} (got ${came}).`;
  return `Expected ${field} to ${wanted}, got ${came}.`;
}

/** Unknown fields that are named; a model that sends more will see from these what is meant. */
const NAMED = 3;

function unknownFields(keys: readonly string[]): string {
  const named = keys.slice(0, NAMED).map((key) => `\`${headOf(key, 80)}\``).join(', ');
  const more = keys.length > NAMED ? ` and ${keys.length - NAMED} more` : '';
  return keys.length === 1 ? `Unknown field ${named}. Leave it out.` : `Unknown fields ${named}${more}. Leave them out.`;
}

/** What would have been right, in words that follow "Expected it to"; nothing where only the schema's own message can say it. */
function wantedBy(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': return `be ${withArticle(issue.expected)}`;
    case 'invalid_value': return `be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small': return sized(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big': return sized(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_union': {
      const ways = issue.errors.map(([first]) => first !== undefined && first.path.length === 0 ? wantedBy(first) : undefined);
      return ways.length === 0 || ways.includes(undefined) ? undefined : ways.join(' or to ');
    }
    default: return undefined;
  }
}

function sized(origin: string, bound: string, size: number | bigint): string {
  if (['number', 'int', 'bigint', 'date'].includes(origin)) return `be ${bound} ${size}`;
  return `have ${bound} ${size} ${origin === 'string' ? 'characters' : 'items'}`;
}

function withArticle(type: string): string {
  if (type === 'int') return 'a whole number';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
