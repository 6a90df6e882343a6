import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { describe, expect, it } from '@jest/globals';
import { jsonSchema, Output, tool, type LanguageModel } from 'ai';
import { lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { collect, run, type InvalidResultError } from '../../../src/index.js';
import { model } from '../../../src/agents/model/index.js';
import { rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { ModelServer } from '../../support/modelServer/createModelServer.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { loopback } from './support/loopback.js';
import { setUp } from './support/setUp.js';

const resultSchema = z.object({ city: z.string(), stops: z.array(z.object({ name: z.string(), minutes: z.number() })) });
const right = { city: 'Oslo', stops: [{ name: 'Opera', minutes: 20 }] };
const wrong = { city: 'Oslo', stops: [{ name: 'Opera', minutes: 'twenty' }] };
const say = (value: unknown): { readonly say: string } => ({ say: JSON.stringify(value) });
const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
const toolsets = { eyes: { look } };
/** A provider that takes JSON schema. */
const structured = ({ url }: Pick<ModelServer, 'url'>): LanguageModel =>
  createOpenAICompatible({ name: 'structured', baseURL: url, apiKey: 'sk', supportsStructuredOutputs: true })('structured');

describe('the result of a model with a schema', () => {
  it('should be data, asked for in words where the provider takes no schema', async () => {
    await using stage = await setUp(inTurn(say(right)));
    const task = stage.session.delegate(model({ model: loopback(stage.server), resultSchema }), { goal: 'plan', context: 'by tram' });
    const { city, stops: [first] } = await collect(task);

    expect({ city, first }).toEqual({ city: 'Oslo', first: { name: 'Opera', minutes: 20 } });
    expect(stage.server.visits[0]!.body).not.toHaveProperty('response_format');
    expect(wordsOf(stage.server.visits[0]!.messages[0]!)).toMatch(
      /^plan\n\nWhat you should know beforehand:\nby tram\n\nWhen you are done, answer with JSON alone.*"minutes":\{"type":"number"\}/,
    );
  });

  it('should be asked of a provider that takes one, beside the tools', async () => {
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }, say(right)));
    const agent = model({ model: structured(stage.server), toolsets, resultSchema });

    expect(await collect(stage.session.delegate(agent, { goal: 'plan' }))).toEqual(right);
    for (const { body, tools } of stage.server.visits) {
      expect(tools).toEqual(['look']);
      expect(body['response_format']).toMatchObject({ type: 'json_schema', json_schema: { schema: { required: ['city', 'stops'] } } });
    }
  });

  it('should be asked for in words alone where the provider refuses that, and it is not asked again', async () => {
    await using stage = await setUp(({ body }) => body['response_format'] === undefined
      ? say(right)
      : { status: 400, message: 'response_format cannot be used with tools' });
    const given = structured(stage.server);
    const agent = model({ model: given, toolsets, resultSchema, maxRetries: 0 });

    expect(await collect(stage.session.delegate(agent, { goal: 'plan' }))).toEqual(right);
    expect(await collect(stage.session.delegate(agent, { goal: 'plan' }))).toEqual(right);
    expect(stage.server.visits.map(({ body }) => 'response_format' in body)).toEqual([true, false, false]);
  });

  it('should say what the provider refuses where that is something else', async () => {
    await using stage = await setUp(({ index }) => index < 2 ? { status: 404, message: 'no such model' } : say(right));
    const given = structured(stage.server);
    const agent = model({ model: given, resultSchema, maxRetries: 0 });
    expect(await rejection(collect(stage.session.delegate(agent, { goal: 'plan' })))).toMatchObject({ cause: { reason: 'bad_request' } });
    expect(await collect(stage.session.delegate(agent, { goal: 'plan' }))).toEqual(right);
    expect(stage.server.visits.map(({ body }) => 'response_format' in body)).toEqual([true, false, true]);
  });

  it.each([
    ['in a fence', `\`\`\`json\n${JSON.stringify(right, null, 2)}\n\`\`\``],
    ['between words', `Here it is: ${JSON.stringify(right)} Have a good trip!`],
  ])('should be found %s', async (_, answer) => {
    await using stage = await setUp(inTurn({ say: answer }));
    expect(await collect(stage.start({ resultSchema }))).toEqual(right);
    expect(stage.server.visits).toHaveLength(1);
  });

  it.each([
    ['does not fit', say(wrong), /`result\.stops\.0\.minutes` is not as it should be: Invalid input: expected number, received string\./],
    ['is no JSON', { say: 'Take the tram.' }, /The answer is no JSON\./],
    ['is only part of one', { say: '{"city": "Os' }, /The answer is no JSON\./],
  ])('should be right after one correction where the answer %s', async (_, first, told) => {
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }, first, say(right)));
    const task = stage.start({ resultSchema, toolsets });

    expect(await collect(task)).toEqual(right);
    expect(stage.server.visits).toHaveLength(3);
    const { messages, body } = stage.server.visits[2]!;
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
    expect(wordsOf(messages.at(-1)!)).toMatch(told);
    expect(wordsOf(messages.at(-1)!)).toContain('"minutes":{"type":"number"}');
    expect(body['tool_choice']).toBe('none');
    expect(task.outcome).toMatchObject({ type: 'completed', result: right });
  });

  it('should be invalid_result with the path where the correction does not fit either', async () => {
    await using stage = await setUp(inTurn(say(wrong)));
    const task = stage.start({ resultSchema });
    const error = await rejection(collect(task)) as InvalidResultError;

    expect(error).toMatchObject({ name: 'InvalidResultError', code: 'invalid_result' });
    expect(error.message).toBe('The result of loopback does not fit, also after it was told so once: `result.stops.0.minutes` is not as it '
      + 'should be: Invalid input: expected number, received string.');
    expect(stage.server.visits).toHaveLength(2);
    expect(task.outcome).toMatchObject({ type: 'failed', error: { code: 'invalid_result' }, partial: JSON.stringify(wrong) });
    expect(await rejection(lastValueFrom(run(stage.agent({ resultSchema }), { goal: 'x' })))).toMatchObject({ code: 'invalid_result' });
  });

  it('should be corrected beyond its steps, and with what it was told meanwhile', async () => {
    await using stage = await setUp(({ index }) => {
      if (index === 0) task.steer('by tram');
      return say(index === 0 ? wrong : right);
    });
    const task = stage.start({ resultSchema, maxSteps: 1 });
    expect(await collect(task)).toEqual(right);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 1, missed: 0 });
  });

  it('should be made by the schema once', async () => {
    const counted = z.object({ minutes: z.string().transform(Number), unit: z.string().default('min') });
    await using stage = await setUp(inTurn(say({ minutes: '20' })));
    const task = stage.session.delegate(model({ model: loopback(stage.server), resultSchema: counted }), { goal: 'count' });
    expect(await collect(task)).toEqual({ minutes: 20, unit: 'min' });
  });

  it.each<[string, z.ZodType, string, unknown]>([
    ['words', z.string().min(3), 'As it is', 'As it is'],
    ['words that look like JSON', z.string(), '{"a": 1}', '{"a": 1}'],
    ['a number', z.number(), '42', 42],
    ['a list', z.array(z.object({ a: z.number() })), '[{"a": 1}]', [{ a: 1 }]],
    ['a list between words', z.array(z.object({ a: z.number() })), 'These: [{"a": 1}]', [{ a: 1 }]],
    ['a date, which JSON schema has no word for', z.coerce.date(), '"2026-12-01"', new Date('2026-12-01')],
  ])('should be %s where that is what it has to be', async (_, schema, answer, expected) => {
    await using stage = await setUp(inTurn({ say: answer }));
    expect(await collect(stage.session.delegate(model({ model: structured(stage.server), resultSchema: schema }), { goal: 'x' })))
      .toEqual(expected);
    expect(stage.server.visits[0]!.body).not.toHaveProperty('response_format');
  });

  it('should be of any library with the common interface, also without a JSON schema', async () => {
    const even = {
      '~standard': {
        version: 1 as const, vendor: 'mine',
        validate: (value: unknown) => Number(value) % 2 === 0
          ? { value: Number(value) } : { issues: [{ message: 'it is odd', path: [{ key: 'n' }] }] },
      },
    };
    await using stage = await setUp(inTurn({ say: '3' }, { say: '4' }));
    expect(await collect(stage.session.delegate(model({ model: loopback(stage.server), resultSchema: even }), { goal: 'count' }))).toBe(4);
    expect(wordsOf(stage.server.visits[1]!.messages.at(-1)!)).toContain('`result.n` is not as it should be: it is odd.');
  });

  it('should be its partial result where its steps are used up', async () => {
    await using stage = await setUp(({ body }) => body['tool_choice'] === 'none' ? say(right) : { say: 'hm', call: [{ name: 'look' }] });
    const task = stage.start({ resultSchema, toolsets, maxSteps: 1 });
    await rejection(collect(task));
    expect(task.outcome).toMatchObject({ error: { name: 'ModelError' }, partial: right });
  });

  it('should not be what the agents that it starts are to come to', async () => {
    await using stage = await setUp(({ messages }) => {
      const goal = wordsOf(messages[0]!);
      if (goal === 'below') return { say: 'In words.' };
      return messages.some(({ role }) => role === 'tool') ? say(right) : { call: [{ name: 'delegate_task', input: { goal: 'below' } }] };
    });
    const task = stage.start({ resultSchema, delegation: true });
    expect(await collect(task)).toEqual(right);
    expect(wordsOf(stage.server.visits.at(-1)!.messages.find(({ role }) => role === 'tool')!)).toContain('In words.');
  });

  describe("by the SDK's own output", () => {
    it('should be what that reads', async () => {
      await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }, { say: '{"elements": ["a", "b"]}' }));
      const agent = model({ model: structured(stage.server), toolsets, output: Output.array({ element: z.string() }) });
      const result: readonly string[] = await collect(stage.session.delegate(agent, { goal: 'list' }));
      expect(result).toEqual(['a', 'b']);
      expect(stage.server.visits[0]!.body['response_format']).toMatchObject({ type: 'json_schema' });
    });

    it('should be corrected once, and then be invalid_result with the path', async () => {
      await using stage = await setUp(({ index }) => index === 1 ? say(right) : say(wrong));
      const options = { model: structured(stage.server), output: Output.object({ schema: resultSchema }) };
      expect(await collect(stage.start(options))).toEqual(right);
      const task = stage.start(options);
      expect(await rejection(collect(task))).toMatchObject({
        code: 'invalid_result', message: expect.stringContaining('`result.stops.0.minutes` is not as it should be'),
      });
      expect(wordsOf(stage.server.visits[1]!.messages.at(-1)!)).toContain('`result.stops.0.minutes`');
    });

    it('should have to fit the schema, too, where there are both', async () => {
      await using stage = await setUp(inTurn({ say: '{"n": 3}' }, { say: '{"n": 4}' }));
      const output = Output.object({ schema: jsonSchema<{ n: number }>({ type: 'object', properties: { n: { type: 'number' } } }) });
      const even = z.object({ n: z.number().multipleOf(2) });
      expect(await collect(stage.start({ model: structured(stage.server), output, resultSchema: even }))).toEqual({ n: 4 });
    });

    it('should be streamed as it comes, also where it is no JSON yet', async () => {
      await using stage = await setUp(inTurn({ say: ['Let me', ' think.\n', '{"city": "Oslo", ', '"stops": []}'] }));
      const task = stage.start({ model: structured(stage.server), output: Output.object({ schema: resultSchema }) });
      const texts: string[] = [];
      task.outputs.subscribe((output) => { if (output.type === 'text') texts.push(output.text); });
      await rejection(collect(task));
      expect(texts.slice(0, 4)).toEqual(['Let me', ' think.\n', '{"city": "Oslo", ', '"stops": []}']);
    });
  });
});
