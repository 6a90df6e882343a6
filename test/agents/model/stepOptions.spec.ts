import { describe, expect, it } from '@jest/globals';
import { hasToolCall, stepCountIs, tool, type ModelMessage } from 'ai';
import { z } from 'zod';
import { collect, type InvalidArgumentError } from '../../../src/index.js';
import { model, type ModelOptions } from '../../../src/agents/model/index.js';
import { caught, rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { loopback } from './support/loopback.js';
import { setUp } from './support/setUp.js';

const isSeven = process.env['SIDESTREAM_AI'] === '7';
const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
const listen = tool({ description: 'Listens.', inputSchema: z.object({}), execute: () => 'heard' });
const toolsets = { eyes: { look }, ears: { listen } };
const looks = { say: 'I look.', call: [{ name: 'look' }] };

describe('what holds in each step of a model', () => {
  describe('toolChoice', () => {
    it('should be sent with each step', async () => {
      await using stage = await setUp(inTurn(looks));
      await collect(stage.start({ toolsets, toolChoice: { type: 'tool', toolName: 'look' }, stopWhen: stepCountIs(2) }));
      expect(stage.server.visits.map(({ body }) => body['tool_choice']))
        .toEqual([1, 2].map(() => ({ type: 'function', function: { name: 'look' } })));
    });

    it.each<[string, Partial<ModelOptions>, readonly string[] | undefined]>([
      ['has no tools', { toolChoice: 'required' }, undefined],
      ['was not given the tool', { toolsets, toolChoice: { type: 'tool', toolName: 'look' } }, ['ears']],
    ])('should be left out where the run %s', async (_, options, given) => {
      await using stage = await setUp(inTurn({ say: 'done' }));
      expect(await collect(stage.start(options, given && { toolsets: given }))).toBe('done');
      expect(stage.server.visits[0]!.body['tool_choice']).toBe(given && 'auto');
    });
  });

  describe('prepareStep', () => {
    it('should be given what the SDK gives it', async () => {
      const seen: unknown[] = [];
      await using stage = await setUp(({ index }) => {
        if (index === 0) task.steer('only src');
        return index === 0 ? looks : { say: 'done' };
      });
      const task = stage.start({
        toolsets, experimental_context: { user: 'ada' }, prepareStep: (options) => {
          const { steps, stepNumber, messages, model: given } = options;
          const { experimental_context } = options as { readonly experimental_context?: unknown };
          seen.push({
            stepNumber, experimental_context, roles: messages.map(({ role }) => role), model: (given as { modelId: string }).modelId,
            steps: steps.map(({ stepNumber: n, finishReason, toolCalls, usage }) =>
              [n, finishReason, toolCalls.map(({ toolName }) => toolName), usage.inputTokens]),
          });
          return {};
        },
      });
      await collect(task);
      expect(seen).toEqual([
        { stepNumber: 0, experimental_context: { user: 'ada' }, roles: ['user'], model: 'loopback', steps: [] },
        {
          stepNumber: 1, experimental_context: { user: 'ada' }, roles: ['user', 'assistant', 'tool', 'user'], model: 'loopback',
          steps: [[0, 'tool-calls', ['look'], 10]],
        },
      ]);
      expect(task.snapshot().steering).toMatchObject({ delivered: 1 });
    });

    it('should change the model, the tools, the words and the settings of one step', async () => {
      await using stage = await setUp(inTurn(looks, { say: 'done' }));
      const task = stage.start({
        toolsets, system: 'Be brief.', temperature: 0.1, cost: (_usage, name) => name === 'other' ? 2 : 1,
        prepareStep: ({ stepNumber }) => stepNumber === 0
          ? {
              model: loopback(stage.server, 'other'), activeTools: ['look'], toolChoice: 'required', system: 'Look first.',
              temperature: 0.9,
            }
          : undefined,
      });
      await collect(task);
      expect(stage.server.visits.map(({ model: name, tools, messages, body }) =>
        [name, [...tools].sort(), wordsOf(messages[0]!), body['tool_choice'], body['temperature']])).toEqual([
        ['other', ['look'], 'Look first.', 'required', 0.9],
        // The instructions of version 7 are carried on.
        ['loopback', ['listen', 'look'], isSeven ? 'Look first.' : 'Be brief.', 'auto', 0.1],
      ]);
      expect(task.snapshot().usage).toMatchObject({ costUsd: 3 });
    });

    it('should change the messages of one step, or from there on, as the version has it; and not what is kept', async () => {
      const brief: ModelMessage[] = [{ role: 'user', content: 'in short: look' }];
      const counts: number[] = [];
      await using stage = await setUp(inTurn(looks, looks, { say: 'done' }));
      await collect(stage.start({
        toolsets, prepareStep: ({ stepNumber, messages }) => {
          counts.push(messages.length);
          return stepNumber === 1 ? { messages: brief } : {};
        },
      }));
      const sent = stage.server.visits.map(({ messages }) =>
        messages.map((message) => message.role === 'user' ? wordsOf(message) : message.role));
      const round = ['assistant', 'tool'];
      expect(sent).toEqual([
        ['answer'], ['in short: look'], isSeven ? ['in short: look', ...round] : ['answer', ...round, ...round],
      ]);
      expect(counts).toEqual([1, 3, isSeven ? 3 : 5]);
    });

    it('should be asked once for a step that is tried again, which carries what came meanwhile', async () => {
      let asked = 0;
      await using stage = await setUp(({ index }) => {
        if (index === 0) task.steer('only src');
        return index === 0 ? { status: 503, headers: { 'retry-after-ms': '1' } } : { say: 'done' };
      });
      const task = stage.start({ maxRetries: 1, prepareStep: ({ messages }) => { asked += 1; return { messages }; } });
      expect(await collect(task)).toBe('done');
      expect(asked).toBe(1);
      expect(stage.server.visits[1]!.messages.map(wordsOf)).toEqual(['answer', 'only src']);
    });

    it('should hold in the last turn but for its choice of a tool', async () => {
      await using stage = await setUp(inTurn(looks));
      const task = stage.start({ toolsets, maxSteps: 1, prepareStep: () => ({ toolChoice: 'required', temperature: 0.9 }) });
      await rejection(collect(task));
      expect(stage.server.visits.map(({ body }) => [body['tool_choice'], body['temperature']])).toEqual([['required', 0.9], ['none', 0.9]]);
    });

    it('should fail the run where it throws', async () => {
      await using stage = await setUp(inTurn(looks));
      const failing = (): never => { throw new Error('no such step'); };
      expect(await rejection(collect(stage.start({ prepareStep: failing }))))
        .toMatchObject({ code: 'agent_error', message: 'no such step' });
      expect(stage.server.visits).toHaveLength(0);
    });
  });

  describe('a context', () => {
    it('should reach each tool and prepareStep, which may change it for all steps behind it', async () => {
      const seen: unknown[] = [];
      const who = tool({
        description: 'Says who.', inputSchema: z.object({}),
        execute: (_input, options) => {
          seen.push((options as { readonly experimental_context?: unknown }).experimental_context);
          return 'ok';
        },
      });
      const asks = { call: [{ name: 'who' }] };
      const changed: object = { experimental_context: 'bob' };
      await using stage = await setUp(inTurn(asks, asks, asks, { say: 'done' }));
      await collect(stage.start({
        toolsets: { who: { who } }, experimental_context: 'ada',
        prepareStep: ({ stepNumber }) => stepNumber === 1 ? changed : {},
      }));
      expect(seen).toEqual(['ada', 'bob', 'bob']);
    });

    (isSeven ? it : it.skip)('should be those of version 7 by their names', async () => {
      const seen: unknown[] = [];
      const who = tool({
        description: 'Says who.', inputSchema: z.object({}), contextSchema: z.object({ user: z.string() }),
        execute: (_input: object, options: { readonly context?: unknown }) => { seen.push(options.context); return 'ok'; },
      } as never);
      await using stage = await setUp(inTurn({ call: [{ name: 'who' }] }, { say: 'done' }));
      await collect(stage.start({
        toolsets: { who: { who } }, toolsContext: { who: { user: 'ada' } }, runtimeContext: { trace: 't1' },
        prepareStep: (options) => { seen.push((options as { readonly runtimeContext?: unknown }).runtimeContext); return {}; },
      }));
      expect(seen).toEqual([{ trace: 't1' }, { user: 'ada' }, { trace: 't1' }]);
    });
  });

  describe('stopWhen', () => {
    it('should end the run with its last text', async () => {
      await using stage = await setUp(inTurn(looks, { say: 'I listen.', call: [{ name: 'listen' }] }, { say: 'never' }));
      const task = stage.start({ toolsets, stopWhen: hasToolCall('listen') });
      expect(await collect(task)).toBe('I listen.');
      expect(stage.server.visits).toHaveLength(2);
    });

    it('should be any of several, and come before maxSteps', async () => {
      await using stage = await setUp(inTurn(looks));
      expect(await collect(stage.start({ toolsets, maxSteps: 2, stopWhen: [hasToolCall('listen'), stepCountIs(2)] }))).toBe('I look.');
      expect(stage.server.visits).toHaveLength(2);
    });

    it('should be asked for its result in one more turn where it has a schema', async () => {
      await using stage = await setUp(({ body }) => body['tool_choice'] === 'none' ? { say: '{"n": 1}' } : { call: [{ name: 'look' }] });
      const resultSchema = z.object({ n: z.number() });
      expect(await collect(stage.start({ toolsets, stopWhen: stepCountIs(1), resultSchema }))).toEqual({ n: 1 });
      expect(wordsOf(stage.server.visits[1]!.messages.at(-1)!)).toContain('There is no answer yet.');
    });

    it('should say so where nothing was said by then', async () => {
      await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }));
      expect(await rejection(collect(stage.start({ toolsets, stopWhen: stepCountIs(1) })))).toMatchObject({
        code: 'no_result', message: expect.stringMatching(/^loopback was stopped by `stopWhen` before it had said a word\./),
      });
    });
  });

  it('should be recorded by the telemetry that is given, each step by itself', async () => {
    const names: string[] = [];
    const integration = {
      onStart: () => { names.push('start'); },
      onEnd: () => { names.push('end'); },
      onFinish: () => { names.push('end'); },
    };
    await using stage = await setUp(inTurn(looks, { say: 'done' }));
    await collect(stage.start({ toolsets, telemetry: { isEnabled: true, functionId: 'reader', integrations: [integration as never] } }));
    expect(names).toEqual(['start', 'end', 'start', 'end']);
  });

  it.each<[object, string]>([
    [{ toolChoice: 'look' }, "Expected `toolChoice` to be 'auto', 'none', 'required' or { type: 'tool', toolName }, got \"look\"."],
    [{ output: z.object({}) }, 'Expected `output` to be what `Output.object({ schema })` of the AI SDK makes, or another form of its'],
    [{ prepareStep: {} }, 'Expected `prepareStep` to be a function'],
    [{ stopWhen: [3] }, 'Expected `stopWhen` to be a condition of the AI SDK, or a list of some'],
    [{ resultSchema: { type: 'object' } }, 'Expected `resultSchema` to be an object of zod, or of another library with Standard Schema'],
    [{ experimental_telemetry: {} }, 'Unknown field `experimental_telemetry` in the options of model. It is `telemetry`.'],
    [{ context: {} }, 'Unknown field `context` in the options of model. It is `experimental_context`.'],
  ])('should be refused where it is %j', (options, words) => {
    const error = caught(() => model({ model: 'a/b', ...options })) as InvalidArgumentError;
    expect(error.message.startsWith(words)).toBe(true);
  });
});
