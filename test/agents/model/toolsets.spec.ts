import { describe, expect, it } from '@jest/globals';
import { tool, type ToolSet } from 'ai';
import { z } from 'zod';
import { collect, createSession, InvalidArgumentError, type SessionOptions } from '../../../src/index.js';
import { model, type ModelOptions } from '../../../src/agents/model/index.js';
import { createToolset, type Toolset } from '../../../src/tools/index.js';
import type { ModelRequest, Script, Turn } from '../../support/modelServer/script.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { call } from '../../tools/support/call.js';
import { loopback } from './support/loopback.js';
import { setUp, type SetUp } from './support/setUp.js';

const toolOf = (name: string): ToolSet =>
  ({ [name]: tool({ description: `Does ${name}.`, inputSchema: z.object({}), execute: () => `did ${name}` }) });
const toolsets = { files: { ...toolOf('read'), ...toolOf('list') }, web: toolOf('fetch'), shell: toolOf('exec') };
const DELEGATION = [
  'delegate_task_async', 'check_task', 'collect_task', 'steer_task', 'answer_task', 'cancel_task', 'list_tasks', 'delegate_task',
  'wait_for_tasks',
];

interface Stage extends SetUp {
  readonly tools: Toolset;
}

/** A session with the tools of a parent that may start one kind of model. */
async function stageOf(script: Script, options: Partial<ModelOptions>, limits?: SessionOptions): Promise<Stage> {
  const stage = await setUp(script, limits);
  return { ...stage, tools: createToolset(stage.session, { agents: { researcher: stage.agent({ name: 'researcher', ...options }) } }) };
}

const goalOf = ({ messages }: ModelRequest): string => wordsOf(messages.find(({ role }) => role === 'user')!);
/** What the tools have answered so far, oldest first. */
const answersTo = ({ messages }: ModelRequest): readonly Record<string, unknown>[] =>
  messages.filter(({ role }) => role === 'tool').map((message) => JSON.parse(wordsOf(message)) as Record<string, unknown>);

/** A model that starts a child with this input, waits for it, and says what it was answered; its child just says `leaf`. */
const starting = (input: Record<string, unknown>): Script => (request): Turn => {
  if (goalOf(request) !== 'start one') return { say: 'leaf' };
  const answers = answersTo(request);
  return answers.length === 0 ? { call: [{ name: 'delegate_task', input }] } : { say: JSON.stringify(answers[0]) };
};

describe('the toolsets of a model', () => {
  it('should be all there are where nobody asks, and the answer should say so', async () => {
    await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets });
    const answer = await call(stage.tools.delegate_task, { goal: 'x' });

    expect(answer).toMatchObject({ ok: true, summary: 'ok', granted: { toolsets: ['files', 'web', 'shell'], max_iterations: 20 } });
    expect(stage.server.visits[0]!.tools).toEqual(['read', 'list', 'fetch', 'exec']);
  });

  it('should be those asked for, and no others', async () => {
    await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets });
    const answer = await call(stage.tools.delegate_task_async, { goal: 'x', toolsets: ['web', 'files'] });

    expect(answer).toMatchObject({ ok: true, granted: { toolsets: ['files', 'web'] } });
    await call(stage.tools.collect_task, { task_id: answer['task_id'] });
    expect(stage.server.visits[0]!.tools).toEqual(['read', 'list', 'fetch']);
  });

  it.each([
    ['an empty set', [], 'Expected `toolsets` to have at least 1 items, got an array.'],
    ['an unknown set', ['files', 'moon'], 'Expected `toolsets.1` to be one of files, web, shell, got "moon".'],
    ['what is no list', 'files', 'Expected `toolsets` to be an array, got "files".'],
  ])('should refuse %s, and start nothing', async (_, asked, error) => {
    await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets });
    for (const name of ['delegate_task', 'delegate_task_async'] as const) {
      expect(await call(stage.tools[name], { goal: 'x', toolsets: asked })).toEqual({ ok: false, code: 'invalid_argument', error });
    }
    expect(stage.session.list()).toEqual([]);
    expect(stage.server.visits).toEqual([]);
  });

  it('should hold for code, too, where nobody reads the brief beforehand', async () => {
    await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets });
    const agent = stage.agent({ toolsets });

    expect(await collect(stage.session.delegate(agent, { goal: 'x', toolsets: ['web'] }))).toBe('ok');
    expect(stage.server.visits[0]!.tools).toEqual(['fetch']);
    await expect(collect(stage.session.delegate(agent, { goal: 'x', toolsets: ['moon'] })))
      .rejects.toThrow('to be one of files, web, shell');
    await expect(collect(stage.session.delegate(agent, { goal: 'x', max_iterations: 0 }))).rejects.toThrow('at least 1');
  });

  it('should not be asked for where there are none', async () => {
    await using stage = await stageOf(inTurn({ say: 'ok' }), {});
    expect(await call(stage.tools.delegate_task, { goal: 'x', toolsets: ['files'] }))
      .toMatchObject({ ok: false, error: 'Unknown field `toolsets`. Leave it out.' });
    expect(await call(stage.tools.delegate_task, { goal: 'x' })).toMatchObject({ ok: true, granted: { max_iterations: 20 } });
  });

  it('should stand in the schema with the other limits', () => {
    const { delegate_task } = createToolset(createSession(), {
      agents: {
        researcher: model({ model: 'a/b', models: { small: 'a/s', large: 'a/l' }, toolsets, maxSteps: 7, description: 'Looks things up.' }),
      },
    });
    const { properties } = z.toJSONSchema(delegate_task.inputSchema, { io: 'input' }) as { properties: Record<string, object> };

    expect(delegate_task.description).toContain('researcher: Looks things up.');
    expect(properties).toMatchObject({
      toolsets: { type: 'array', minItems: 1, items: { enum: ['files', 'web', 'shell'] } },
      model: { enum: ['small', 'large'] },
      max_iterations: { type: 'integer', minimum: 1, maximum: 7 },
    });
  });

  it('should be told of as they are, to whoever has all of them and to whoever has not', async () => {
    const described = (agent: ReturnType<SetUp['agent']>): string => (agent.briefSchema.shape['toolsets'] as z.ZodType).description!;
    await using stage = await setUp(inTurn({ say: 'ok' }));
    expect(described(stage.agent({ toolsets }))).toBe('The tools it may use. Default all of them.');

    await using other = await stageOf(starting({ goal: 'leaf' }), { toolsets, delegation: true });
    await call(other.tools.delegate_task, { goal: 'start one', toolsets: ['files', 'delegation'] });
    expect(JSON.stringify(other.server.visits[0]!.body['tools']))
      .toContain('The tools it may use. Only these can be given here: files, delegation. Default all of these.');
  });

  describe('the model and its steps', () => {
    it('should be those asked for, of those allowed', async () => {
      await using stage = await setUp(({ model: name }) => ({ say: name, ...(name === 'small' ? { call: [{ name: 'read' }] } : {}) }));
      const agent = stage.agent({ toolsets, models: { cheap: loopback(stage.server, 'small') }, maxSteps: 5 });
      const { delegate_task } = createToolset(stage.session, { agents: { agent } });

      expect(await call(delegate_task, { goal: 'x' })).toMatchObject({ summary: 'loopback', granted: { max_iterations: 5 } });
      const answer = await call(delegate_task, { goal: 'x', model: 'cheap', max_iterations: 2 });
      expect(answer).toMatchObject({ status: 'failed', granted: { model: 'cheap', max_iterations: 2 } });
      expect(answer.error).toContain('small was still calling tools after 2 steps');
      expect(stage.server.visits.map((visit) => visit.model)).toEqual(['loopback', 'small', 'small', 'small']);
    });

    it.each([
      [{ model: 'dear' }, 'Expected `model` to be cheap, got "dear".'],
      [{ max_iterations: 6 }, 'Expected `max_iterations` to be at most 5, got 6.'],
      [{ max_iterations: 0 }, 'Expected `max_iterations` to be at least 1, got 0.'],
      [{ max_iterations: Infinity }, 'Expected `max_iterations` to be a whole number, got Infinity.'],
      [{ max_iterations: '3' }, 'Expected `max_iterations` to be a whole number, got "3".'],
      [{ max_iterations: 1.5 }, 'Expected `max_iterations` to be a whole number, got 1.5.'],
    ])('should refuse %j', async (input, error) => {
      await using stage = await stageOf(inTurn({ say: 'ok' }), { models: { cheap: 'a/b' }, maxSteps: 5 });
      expect(await call(stage.tools.delegate_task, { goal: 'x', ...input })).toMatchObject({ ok: false, error });
      expect(stage.session.list()).toEqual([]);
    });
  });

  describe('delegation', () => {
    it('should be one more toolset, made for each run', async () => {
      await using stage = await stageOf(starting({ goal: 'leaf' }), { toolsets, delegation: true });
      const answer = await call(stage.tools.delegate_task, { goal: 'start one' });

      expect(answer).toMatchObject({ granted: { toolsets: ['files', 'web', 'shell', 'delegation'] } });
      expect(JSON.parse(answer['summary'] as string))
        .toMatchObject({ ok: true, status: 'completed', summary: 'leaf', agent: 'researcher' });
      expect(stage.server.visits[0]!.tools).toEqual(['read', 'list', 'fetch', 'exec', ...DELEGATION]);
      expect(stage.session.list().map(({ agent, parentId }) => [agent, parentId !== undefined]))
        .toEqual([['researcher', false], ['researcher', true]]);
    });

    it('should give a grandchild what its parent was granted, never more', async () => {
      await using stage = await stageOf(starting({ goal: 'leaf', toolsets: ['files', 'shell'] }), { toolsets, delegation: true });
      const answer = await call(stage.tools.delegate_task, { goal: 'start one', toolsets: ['files', 'web', 'delegation'] });

      expect(JSON.parse(answer['summary'] as string)).toMatchObject({ ok: true, granted: { toolsets: ['files'] } });
      expect(stage.server.visits.find((visit) => goalOf(visit) === 'leaf')!.tools).toEqual(['read', 'list']);
    });

    it('should give a grandchild all of that where it does not ask', async () => {
      await using stage = await stageOf(starting({ goal: 'leaf' }), { toolsets, delegation: true });
      await call(stage.tools.delegate_task, { goal: 'start one', toolsets: ['web', 'delegation'] });

      const { tools } = stage.server.visits.find((visit) => goalOf(visit) === 'leaf')!;
      expect(tools.filter((name) => !DELEGATION.includes(name))).toEqual(['fetch']);
    });

    it('should give a grandchild no more steps and no other model than its parent was granted', async () => {
      const asking = async (input: Record<string, unknown>) => {
        await using stage = await setUp(starting({ goal: 'leaf', ...input }));
        const agent = stage.agent({
          delegation: true, models: { cheap: loopback(stage.server, 'small'), dear: loopback(stage.server, 'big') }, maxSteps: 10,
        });
        const { delegate_task } = createToolset(stage.session, { agents: { agent } });
        const answer = await call(delegate_task, { goal: 'start one', model: 'cheap', max_iterations: 3 });
        return { answer: JSON.parse(answer['summary'] as string) as object, models: stage.server.visits.map((visit) => visit.model) };
      };

      expect(await asking({})).toMatchObject({ answer: { ok: true, granted: { max_iterations: 3 } }, models: ['small', 'small', 'small'] });
      expect(await asking({ model: 'cheap', max_iterations: 2 }))
        .toMatchObject({ answer: { ok: true, granted: { model: 'cheap', max_iterations: 2 } }, models: ['small', 'small', 'small'] });
      expect(await asking({ model: 'dear' })).toMatchObject({ answer: { ok: false, error: 'Expected `model` to be cheap, got "dear".' } });
      expect(await asking({ max_iterations: 4 }))
        .toMatchObject({ answer: { ok: false, error: 'Expected `max_iterations` to be at most 3, got 4.' } });
    });

    it('should leave the choice of a model to a grandchild whose parent was not bound to one', async () => {
      await using stage = await setUp(starting({ goal: 'leaf', model: 'cheap' }));
      const agent = stage.agent({ delegation: true, models: { cheap: loopback(stage.server, 'small') } });
      const { delegate_task } = createToolset(stage.session, { agents: { agent } });
      await call(delegate_task, { goal: 'start one' });
      expect(stage.server.visits.map((visit) => visit.model)).toEqual(['loopback', 'small', 'loopback']);
    });

    it('should refuse a grandchild of which nothing remains', async () => {
      await using stage = await stageOf(starting({ goal: 'leaf', toolsets: ['shell', 'web'] }), { toolsets, delegation: true });
      const answer = await call(stage.tools.delegate_task, { goal: 'start one', toolsets: ['files', 'delegation'] });

      expect(JSON.parse(answer['summary'] as string)).toEqual({
        ok: false,
        code: 'invalid_argument',
        error: expect.stringMatching(
          /^None of the toolsets asked for can be given here: shell, web\. Ask for some of: files(, delegation)?, or leave/,
        ),
      });
      expect(stage.session.list()).toHaveLength(1);
    });

    it('should not be there where it was not asked for', async () => {
      await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets, delegation: true });
      await call(stage.tools.delegate_task, { goal: 'x', toolsets: ['web'] });
      expect(stage.server.visits[0]!.tools).toEqual(['fetch']);
    });

    it('should be left out in the deepest generation, and the answer should say so', async () => {
      await using stage = await stageOf(starting({ goal: 'leaf' }), { toolsets, delegation: true }, { maxDepth: 2 });
      const answer = await call(stage.tools.delegate_task, { goal: 'start one' });

      expect(answer).toMatchObject({ granted: { toolsets: ['files', 'web', 'shell', 'delegation'] } });
      expect(JSON.parse(answer['summary'] as string)).toMatchObject({ granted: { toolsets: ['files', 'web', 'shell'] } });
      expect(stage.server.visits.find((visit) => goalOf(visit) === 'leaf')!.tools).toEqual(['read', 'list', 'fetch', 'exec']);
    });

    it('should be refused where it is all that was asked for and no generation may follow', async () => {
      await using stage = await stageOf(inTurn({ say: 'ok' }), { toolsets, delegation: true }, { maxDepth: 1 });
      expect(await call(stage.tools.delegate_task, { goal: 'x', toolsets: ['delegation'] })).toMatchObject({
        ok: false,
        error: 'None of the toolsets asked for can be given here: delegation. Ask for some of: files, web, shell, or leave `toolsets` out.',
      });
    });
  });
});

describe('the options of model', () => {
  const base = { model: 'a/b' };

  it.each<[unknown, string]>([
    [undefined, 'Expected `the options of model` to be an object, got undefined.'],
    [{}, 'Expected `model` to be a language model of the AI SDK, or the id of one, got undefined.'],
    [{ model: {} }, 'Expected `model` to be a language model of the AI SDK, or the id of one, got an object.'],
    [{ ...base, sytem: 'x' }, 'Unknown field `sytem` in the options of model.'],
    [{ ...base, models: { small: 5 } }, 'Expected `models.small` to be a language model of the AI SDK, or the id of one, got 5.'],
    [{ ...base, system: ' ' }, 'Expected `system` to be a string that is not blank, got " ".'],
    [{ ...base, maxSteps: 0 }, 'Expected `maxSteps` to be a whole number from 1, or Infinity, got 0.'],
    [{ ...base, maxRetries: -1 }, 'Expected `maxRetries` to be a whole number from 0, got -1.'],
    [{ ...base, maxRetries: Infinity }, 'Expected `maxRetries` to be a whole number from 0, got Infinity.'],
    [{ ...base, temperature: '1' }, 'Expected `temperature` to be a number, got "1".'],
    [{ ...base, cost: 0.1 }, 'Expected `cost` to be a function, got 0.1.'],
    [{ ...base, delegation: 'yes' }, 'Expected `delegation` to be true or false, got "yes".'],
    [{ ...base, toolsets: [] }, 'Expected `toolsets` to be an object, got an array.'],
    [{ ...base, toolsets: { files: {} } }, 'Expected `toolsets.files` to have at least one tool, got an empty object.'],
    [{ ...base, toolsets: { delegation: toolOf('a') } }, 'Expected a toolset to have another name than `delegation`'],
    [{ ...base, toolsets: { a: toolOf('read'), b: toolOf('read') } }, 'Expected tools of different names, got `read` in a and in b.'],
    [{ ...base, toolsets: { a: { read: { description: 'x' } } } }, 'Expected `toolsets.a.read.execute` to be a function, got undefined.'],
    ...DELEGATION.map((name): [unknown, string] =>
      [{ ...base, delegation: true, toolsets: { a: toolOf(name) } }, `got \`${name}\` in a and in delegation.`]),
    [{ ...base, maxTokens: 5 }, 'Unknown field `maxTokens` in the options of model. It is `maxOutputTokens`.'],
    [{ ...base, tools: {} }, 'Unknown field `tools` in the options of model. Tools stand in named sets: `toolsets:'],
    [{ ...base, maxPause: -1 }, 'Expected `maxPause` to be a number of milliseconds from 0 to 2147483647, got -1.'],
    [{ ...base, maxPause: NaN }, 'Expected `maxPause` to be a number of milliseconds from 0 to 2147483647, got NaN.'],
    [{ ...base, startTimeout: 0 }, 'Expected `startTimeout` to be a number of milliseconds from 1 to 2147483647, got 0.'],
    [{ ...base, maxOutputTokens: Infinity }, 'Expected `maxOutputTokens` to be a whole number from 1, got Infinity.'],
    [{ ...base, topP: '1' }, 'Expected `topP` to be a number, got "1".'],
    [{ ...base, seed: 0.5 }, 'Expected `seed` to be a whole number, got 0.5.'],
    [{ ...base, stopSequences: 'END' }, 'Expected `stopSequences` to be a list of strings, got "END".'],
  ])('should be read at once: %j', (options, sentence) => {
    expect(() => model(options as never)).toThrow(InvalidArgumentError);
    expect(() => model(options as never)).toThrow(sentence);
  });

  it('should hand on what belongs to the call', async () => {
    await using stage = await setUp(inTurn({ say: 'ok' }));
    await collect(stage.start({ topP: 0.3, seed: 7, stopSequences: ['END'], temperature: undefined, headers: undefined }));
    expect(stage.server.visits[0]!.body).toMatchObject({ top_p: 0.3, seed: 7, stop: ['END'] });
    expect(stage.server.visits[0]!.body).not.toHaveProperty('temperature');
  });

  it('should give the agent its name', async () => {
    await using stage = await setUp(inTurn({ say: 'ok' }));
    expect(stage.start({ name: 'scout' }).id).toMatch(/^scout-/);
  });
});
