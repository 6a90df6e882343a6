import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { inputSchemaOf } from '../../../src/parents/shared/inputSchemaOf.js';
import { withoutNulls } from '../../../src/parents/shared/withoutNulls.js';
import type { Tool } from '../../../src/tools/index.js';

interface Tree { readonly name: string; readonly below?: readonly Tree[] | undefined }
const tree: z.ZodType<Tree> = z.object({ name: z.string(), get below() { return z.array(tree).optional(); } });

const { schema } = inputSchemaOf({ inputSchema: z.strictObject({
  must: z.string(),
  may: z.number().optional(),
  none: z.string().nullable().optional(),
  any: z.unknown().optional(),
  list: z.array(z.object({ name: z.string().optional() })).optional(),
  way: z.union([
    z.object({ by: z.literal('car'), seats: z.int().optional() }), z.object({ by: z.literal('bus'), line: z.null() }),
  ]).optional(),
  tree: tree.optional(),
}) } as unknown as Tool);

describe('withoutNulls', () => {
  it.each([
    ['of what may be left out', { must: 'x', may: null, list: null, way: null, tree: null }, { must: 'x' }],
    ['not of what is required', { must: null }, { must: null }],
    ['not of what takes null', { must: 'x', none: null, any: null }, { must: 'x', none: null, any: null }],
    ['not of what is unknown', { must: 'x', more: null }, { must: 'x', more: null }],
    ['in lists', { list: [{ name: null }, { name: 'a' }, null] }, { list: [{}, { name: 'a' }, null] }],
    ['in the way that is meant', { way: { by: 'car', seats: null } }, { way: { by: 'car' } }],
    ['not in the other way', { way: { by: 'bus', line: null } }, { way: { by: 'bus', line: null } }],
    ['in what is recursive', { tree: { name: 'a', below: [{ name: 'b', below: null }] } }, { tree: { name: 'a', below: [{ name: 'b' }] } }],
  ])('should take them out: %s', (_, input, expected) => {
    expect(withoutNulls(schema, input)).toEqual(expected);
  });

  it.each([[null], ['text'], [7], [undefined], [[]]])('should hand on what is no object as it is: %j', (input) => {
    expect(withoutNulls(schema, input)).toEqual(input);
  });

  it('should hand on what cannot be read as it is', () => {
    const trap = { get must(): string { throw new Error('no'); } };
    expect(withoutNulls(schema, trap)).toBe(trap);
    let deep: unknown = { name: 'leaf', below: null };
    for (let n = 0; n < 50_000; n++) deep = { name: 'node', below: [deep] };
    expect(withoutNulls(schema, { tree: deep })).toEqual(expect.objectContaining({}));
  });

  it('should keep a field named __proto__ a field', () => {
    const input = JSON.parse('{"must":"x","__proto__":{"may":null}}') as unknown;
    expect(Object.hasOwn(withoutNulls(schema, input) as object, '__proto__')).toBe(true);
  });

  it('should change nothing in an input without nulls, and never throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (input) => {
      const cleared = withoutNulls(schema, input);
      if (!JSON.stringify(input).includes('null')) expect(cleared).toEqual(input);
    }), { numRuns: 500 });
  });
});
