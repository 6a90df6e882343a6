import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { InvalidArgumentError, SessionClosedError } from '../../../src/index.js';
import { readInput } from '../../../src/tools/calls/readInput.js';
import { caught } from '../../support/caught.js';

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const UNREADABLE = 'Expected the input to be one plain JSON object, got something that could not be read.';

describe('readInput', () => {
  const schema = z.strictObject({
    word: z.string(),
    number: z.number().optional(),
    whole: z.int().min(1).max(9).optional(),
    positive: z.number().positive().lt(5).optional(),
    short: z.string().min(2).max(4).optional(),
    list: z.array(z.string()).min(2).max(3).optional(),
    choice: z.enum(['a', 'b']).optional(),
    only: z.literal('x').optional(),
    either: z.union([z.string(), z.number().min(5)]).optional(),
    deepEither: z.union([z.strictObject({ a: z.string() }), z.string()]).optional(),
    url: z.url().optional(),
    own: z.string().refine((text) => text === 'me', { error: 'Expected `own` to be me.' }).optional(),
    inner: z.strictObject({ flag: z.boolean() }).optional(),
  });
  const refusal = (input: unknown): unknown => caught(() => readInput(schema, input));

  it('should answer with what the schema makes of it', () => {
    expect(readInput(z.strictObject({ a: z.string().transform(Number) }), { a: '5' })).toEqual({ a: 5 });
  });

  it.each<[unknown, string]>([
    [undefined, 'Expected the input to be an object, got undefined.'],
    [null, 'Expected the input to be an object, got null.'],
    [5, 'Expected the input to be an object, got 5.'],
    [5n, 'Expected the input to be an object, got 5n.'],
    ['x', 'Expected the input to be an object, got "x".'],
    ['x'.repeat(50), 'Expected the input to be an object, got a string of 50 characters.'],
    [[], 'Expected the input to be an object, got an array.'],
    [() => 1, 'Expected the input to be an object, got a function.'],
    [{}, 'Expected `word` to be a string, got nothing.'],
    [{ word: undefined }, 'Expected `word` to be a string, got nothing.'],
    [{ word: null }, 'Expected `word` to be a string, got null.'],
    [{ word: [] }, 'Expected `word` to be a string, got an array.'],
    [{ word: 'w', number: '5' }, 'Expected `number` to be a number, got "5".'],
    [{ word: 'w', number: NaN }, 'Expected `number` to be a number, got NaN.'],
    [{ word: 'w', number: Infinity }, 'Expected `number` to be a number, got Infinity.'],
    [{ word: 'w', whole: 1.5 }, 'Expected `whole` to be a whole number, got 1.5.'],
    [{ word: 'w', whole: 0 }, 'Expected `whole` to be at least 1, got 0.'],
    [{ word: 'w', whole: 10 }, 'Expected `whole` to be at most 9, got 10.'],
    [{ word: 'w', positive: 0 }, 'Expected `positive` to be more than 0, got 0.'],
    [{ word: 'w', positive: 5 }, 'Expected `positive` to be less than 5, got 5.'],
    [{ word: 'w', short: 'a' }, 'Expected `short` to have at least 2 characters, got "a".'],
    [{ word: 'w', short: 'abcde' }, 'Expected `short` to have at most 4 characters, got "abcde".'],
    [{ word: 'w', list: ['a'] }, 'Expected `list` to have at least 2 items, got an array.'],
    [{ word: 'w', list: ['a', 3] }, 'Expected `list.1` to be a string, got 3.'],
    [{ word: 'w', choice: 'c' }, 'Expected `choice` to be one of a, b, got "c".'],
    [{ word: 'w', only: 'y' }, 'Expected `only` to be x, got "y".'],
    [{ word: 'w', either: true }, 'Expected `either` to be a string or to be a number, got true.'],
    [{ word: 'w', either: 4 }, 'Expected `either` to be at least 5, got 4.'],
    [{ word: 'w', deepEither: { a: 1 } }, 'The value of `deepEither` was refused: Invalid input (got an object).'],
    [{ word: 'w', url: 'here' }, 'The value of `url` was refused: Invalid URL (got "here").'],
    [{ word: 'w', own: 'you' }, 'Expected `own` to be me.'],
    [{ word: 'w', inner: { flag: 'yes' } }, 'Expected `inner.flag` to be a boolean, got "yes".'],
    [{ word: 'w', inner: { flag: true, other: 1 } }, 'Unknown field `inner.other`. Leave it out.'],
    [{ word: 'w', other: 1 }, 'Unknown field `other`. Leave it out.'],
    [{ word: 'w', o1: 1, o2: 1 }, 'Unknown fields `o1`, `o2`. Leave them out.'],
    [{ word: 'w', o1: 1, o2: 1, o3: 1, o4: 1, o5: 1 }, 'Unknown fields `o1`, `o2`, `o3` and 2 more. Leave them out.'],
    [JSON.parse('{"word":"w","__proto__":{"number":1}}'), 'Unknown field `__proto__`. Leave it out.'],
    [revoked, UNREADABLE],
    [{ word: revoked }, UNREADABLE],
  ])('should refuse case %# and name the field, what was expected and what came', (input, message) => {
    expect(refusal(input)).toEqual(new InvalidArgumentError(message));
  });

  it('should keep the sentence short, however long or many the unknown fields are', () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`${n}${'x'.repeat(100)}`, n]));

    expect((refusal({ word: 'w', ...many }) as Error).message.length).toBeLessThan(400);
  });

  it.each<[string, () => never]>([
    ['an error', () => { throw new Error('no'); }],
    ['nothing', () => { throw undefined as unknown; }],
    ['an error of this library', () => { throw new SessionClosedError('forged'); }],
    ['something that throws when it is looked at', () => {
      throw new Proxy({}, { getPrototypeOf: () => { throw new Error('no'); }, get: () => { throw new Error('no'); } }) as unknown;
    }],
  ])('should refuse an input whose getter throws %s', (_, get) => {
    expect(refusal({ get word() { return get(); } })).toEqual(new InvalidArgumentError(UNREADABLE));
    expect(refusal(new Proxy({}, { get }))).toEqual(new InvalidArgumentError(UNREADABLE));
    expect(refusal(new Proxy({}, { getOwnPropertyDescriptor: get }))).toEqual(new InvalidArgumentError(UNREADABLE));
    expect(refusal(new Proxy({ word: 'w' }, { ownKeys: get }))).toEqual(new InvalidArgumentError(UNREADABLE));
  });
});
