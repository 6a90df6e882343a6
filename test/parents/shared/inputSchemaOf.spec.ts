import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createSession } from '../../../src/index.js';
import { inputSchemaOf } from '../../../src/parents/shared/inputSchemaOf.js';
import { withoutNulls } from '../../../src/parents/shared/withoutNulls.js';
import { createToolset, type Tool } from '../../../src/tools/index.js';
import { schemaFaults } from '../../support/parents/schemaFaults.js';

const tool = (inputSchema: z.ZodType): Tool => ({ inputSchema } as Tool);

const toolset = createToolset(createSession(), {
  agents: {
    one: {
      agent: () => ['done'],
      description: 'One.',
      briefSchema: z.object({
        depth: z.int().optional(),
        size: z.enum(['s', 'm']).optional(),
        mail: z.email().optional(),
        slug: z.string().regex(/^(?!x)[a-z]+$/).max(9).optional(),
        tags: z.array(z.string().min(2)).min(2).max(5).default([]),
        maybe: z.string().nullable().optional(),
        place: z.object({ name: z.string(), page: z.number().positive().optional() }).optional(),
        way: z.discriminatedUnion('by', [
          z.object({ by: z.literal('car') }), z.object({ by: z.literal('bus'), line: z.string() }),
        ]).optional(),
      }),
    },
    two: { agent: () => ['done'], description: 'Two.' },
  },
});

describe('inputSchemaOf', () => {
  it.each(['openai', 'anthropic'] as const)('should make each tool’s schema one that %s takes in strict mode', (dialect) => {
    for (const each of Object.values(toolset)) {
      const { schema, strict } = inputSchemaOf(each, dialect);
      expect([each.name, strict, schemaFaults(schema, dialect)]).toEqual([each.name, true, []]);
    }
  });

  it.each(['openai', 'anthropic', 'any'] as const)('should say what a model may give of a budget in strict mode of %s', async (dialect) => {
    const session = createSession();
    const { delegate_task_async: tool } = createToolset(session, { agents: { one: () => ['done'] }, budgets: true });
    const { schema, strict } = inputSchemaOf(tool, dialect);
    expect([strict, dialect === 'any' ? [] : schemaFaults(schema, dialect)]).toEqual([true, []]);
    const input = { goal: 'work', context: null, agent: null, budget: { tokens: 9, cost_usd: null, steps: null, tool_calls: null } };
    expect(await tool.execute(withoutNulls(inputSchemaOf(tool).schema, input))).toMatchObject({ ok: true, budget: { tokens: 9 } });
    const none = { ...input, budget: { tokens: null, cost_usd: null, steps: null, tool_calls: null } };
    expect(await tool.execute(withoutNulls(inputSchemaOf(tool).schema, none))).not.toHaveProperty('budget');
    await session.close();
  });

  it('should leave the plain schema as it is, but for the address of its language', () => {
    const { schema, strict } = inputSchemaOf(toolset.collect_task);
    expect(strict).toBe(false);
    expect(schema).toEqual({
      type: 'object',
      properties: {
        task_id: { type: 'string' },
        timeout: { type: 'number', description: expect.any(String) },
        lines: { type: 'number', description: expect.any(String) },
        offset: { type: 'number', description: expect.any(String) },
      },
      required: ['task_id'],
      additionalProperties: false,
    });
  });

  it('should let null stand for what may be left out, where OpenAI wants everything', () => {
    const { schema } = inputSchemaOf(tool(z.strictObject({
      must: z.string(),
      may: z.number().optional().describe('A number.'),
      pick: z.enum(['a', 'b']).optional(),
      already: z.string().nullable().optional(),
      thing: z.object({ name: z.string() }).optional(),
      either: z.union([z.string(), z.int()]).optional(),
    })), 'openai');
    expect(schema).toEqual({
      type: 'object',
      properties: {
        must: { type: 'string' },
        may: { type: ['number', 'null'], description: 'A number.' },
        pick: { type: ['string', 'null'], enum: ['a', 'b', null] },
        already: { type: ['string', 'null'] },
        thing: {
          anyOf: [
            { type: 'object', properties: { name: { type: 'string' } }, required: ['name'], additionalProperties: false }, { type: 'null' },
          ],
        },
        either: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] },
      },
      required: ['must', 'may', 'pick', 'already', 'thing', 'either'],
      additionalProperties: false,
    });
  });

  it('should tell the bounds that a provider does not take in the description', () => {
    const given = tool(z.strictObject({ name: z.string().min(2).describe('A name.'), depth: z.int().min(1).max(9) }));
    expect(inputSchemaOf(given, 'openai').schema.properties).toEqual({
      name: { type: 'string', description: 'A name. (minLength: 2)' }, depth: { type: 'integer', minimum: 1, maximum: 9 },
    });
    expect(inputSchemaOf(given, 'anthropic').schema.properties).toEqual({
      name: { type: 'string', description: 'A name. (minLength: 2)' }, depth: { type: 'integer', description: '(minimum: 1, maximum: 9)' },
    });
  });

  it('should say bounds in words only, where nobody knows which provider will read them', () => {
    const given = tool(z.strictObject({ name: z.string().min(2), depth: z.int().min(1).optional(), of: z.enum(['a', 'b']).optional() }));
    const { schema, strict } = inputSchemaOf(given, 'any');
    expect(strict).toBe(true);
    expect(schema).toEqual({
      type: 'object',
      properties: {
        name: { type: 'string', description: '(minLength: 2)' },
        depth: { type: ['integer', 'null'], description: '(minimum: 1)' },
        of: { type: ['string', 'null'], enum: ['a', 'b', null] },
      },
      required: ['name', 'depth', 'of'],
      additionalProperties: false,
    });
    expect([schemaFaults(schema, 'openai'), schemaFaults(schema, 'anthropic')]).toEqual([[], []]);
  });

  it('should be made once for each schema and dialect', () => {
    const { check_task: check } = toolset;
    for (const dialect of ['openai', 'anthropic', 'any', undefined] as const) {
      expect(inputSchemaOf({ ...check }, dialect).schema).toBe(inputSchemaOf(check, dialect).schema);
    }
    expect(inputSchemaOf(check, 'openai').schema).not.toBe(inputSchemaOf(check).schema);
  });

  it('should take a recursive schema', () => {
    interface Tree { readonly name: string; readonly below?: readonly Tree[] | undefined }
    const tree: z.ZodType<Tree> = z.object({ name: z.string(), get below() { return z.array(tree).optional(); } });
    const { schema, strict } = inputSchemaOf(tool(z.strictObject({ tree })), 'openai');
    expect([strict, schemaFaults(schema, 'openai')]).toEqual([true, []]);
  });

  it.each([
    ['a record', z.record(z.string(), z.number())],
    ['anything', z.unknown()],
    ['an open object', z.looseObject({ name: z.string() })],
    ['a tuple', z.tuple([z.string(), z.number()])],
    ['an intersection', z.intersection(z.string().regex(/^a/), z.string().regex(/z$/))],
    ['what must not be there', z.object({ name: z.never().optional() })],
    ['what JSON has no word for', z.date()],
  ])('should stay plain where strict mode cannot say it: %s', (_, field) => {
    for (const dialect of ['openai', 'anthropic'] as const) {
      expect(inputSchemaOf(tool(z.strictObject({ field })), dialect)).toMatchObject({ strict: false, schema: { type: 'object' } });
    }
  });
});
