import { describe, expect, it } from '@jest/globals';
import { getEncoding } from 'js-tiktoken';
import { concat, from, NEVER } from 'rxjs';
import { z } from 'zod';
import { createSession, InvalidArgumentError, type Agent } from '../../src/index.js';
import { createToolset, type AgentDefinition, type Toolset, type ToolsetOptions } from '../../src/tools/index.js';
import { caught } from '../support/caught.js';
import { call } from './support/call.js';
import { idle, nest, setUp, toolsetOf } from './support/setUp.js';

const NAMES = [
  'delegate_task_async', 'check_task', 'collect_task', 'steer_task', 'answer_task', 'cancel_task', 'list_tasks', 'delegate_task',
  'wait_for_tasks',
] as const;

const encoding = getEncoding('o200k_base');
const tokensOf = (value: unknown): number => encoding.encode(JSON.stringify(value)).length;

interface JsonSchema {
  readonly type: string;
  readonly properties: Readonly<Record<string, { readonly type: string; readonly description: string; readonly minimum?: number }>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

const schemaOf = (tools: Toolset, name: typeof NAMES[number], io: 'input' | 'output' = 'input') =>
  z.toJSONSchema(tools[name].inputSchema, { io }) as unknown as JsonSchema;

describe('createToolset', () => {
  const definition: AgentDefinition = { agent: idle, description: 'Searches the code base and answers with file and line.' };
  const tools = createToolset(createSession(), { agents: { researcher: definition } });

  it('should refuse an option that it does not know', () => {
    expect(() => createToolset(createSession(), { agents: { researcher: definition }, extra: 1 } as never))
      .toThrow('Unknown field `extra` in the options of createToolset. '
        + 'Expected: agents, defaultAgent, tools, inbox, budgets, mayAnswer, maxWait, lines, spill.');
  });

  it('should refuse half a signal, and start nothing', async () => {
    const abortSignal = { addEventListener: () => undefined } as never;
    expect(await tools.delegate_task_async.execute({ goal: 'x' }, { abortSignal })).toMatchObject({ ok: false, code: 'invalid_argument' });
  });

  it('should be a plain frozen record of nine tools by their names', () => {
    expect(Object.keys(tools)).toEqual(NAMES);
    expect(Object.isFrozen(tools)).toBe(true);
    for (const name of NAMES) {
      expect(tools[name].name).toBe(name);
      expect(Object.isFrozen(tools[name])).toBe(true);
      expect(tools[name].execute).toBeInstanceOf(Function);
    }
  });

  it('should have tools that work when they are taken out of it', async () => {
    const { delegate_task_async: { execute: start }, collect_task: { execute: collect } } =
      createToolset(createSession(), { agents: { greeter: ({ goal }: { goal: string }) => [`hello ${goal}`] } });
    const { task_id } = await start({ goal: 'world' });

    expect(await collect({ task_id, timeout: 100 })).toMatchObject({ ok: true, summary: 'hello world' });
  });

  it('should take a mere function for an agent', () => {
    const { delegate_task } = createToolset(createSession(), { agents: { worker: idle } });

    expect(delegate_task.description).toMatch(/\nworker: a background agent$/);
  });

  it('should bind each toolset to its own scope', async () => {
    const [one, other] = [setUp(), setUp()];
    await call(one.tools.delegate_task_async, { goal: 'wait' });

    expect(await call(one.tools.list_tasks)).toMatchObject({ total: 1 });
    expect(await call(other.tools.list_tasks)).toMatchObject({ total: 0 });
  });

  it('should make tools for a child, which reach down and not up', async () => {
    const { session, tools: above } = setUp();
    const { task, context } = nest(session);
    const below = toolsetOf(context);
    const { task_id } = await call(below.delegate_task_async, { goal: 'help' });

    expect(await call(below.list_tasks)).toMatchObject({ total: 1, tasks: [{ task_id, parent_id: task.id }] });
    expect(await call(above.check_task, { task_id })).toMatchObject({ ok: true, status: 'running' });
    expect(await call(below.check_task, { task_id: task.id })).toMatchObject({ code: 'task_not_found' });
  });

  describe('shows a model', () => {
    it.each(['input', 'output'] as const)('schemas that read well as JSON (%s)', (io) => {
      const fieldsOf = (name: typeof NAMES[number]) => {
        const { type, properties, required = [], additionalProperties } = schemaOf(tools, name, io);
        expect({ type, additionalProperties }).toEqual({ type: 'object', additionalProperties: false });
        for (const [field, { description }] of Object.entries(properties)) {
          if (['task_id', 'message', 'reason'].includes(field)) expect(description).toBeUndefined();
          else expect(description).toMatch(/^[A-Z].{10,}\.$/);
        }
        return Object.entries(properties).map(([field, { type: of }]) => `${field}${required.includes(field) ? '' : '?'}: ${of}`);
      };

      expect(Object.fromEntries(NAMES.map((name) => [name, fieldsOf(name)]))).toEqual({
        delegate_task_async: ['goal: string', 'context?: string', 'agent?: string'],
        check_task: ['task_id: string'],
        collect_task: ['task_id: string', 'timeout?: number', 'lines?: number', 'offset?: number'],
        steer_task: ['task_id: string', 'message: string'],
        answer_task: ['task_id: string', 'question_id?: string', 'answer?: string,boolean,object', 'decline?: string'],
        cancel_task: ['task_id: string', 'reason?: string'],
        list_tasks: [],
        delegate_task: ['goal: string', 'context?: string', 'agent?: string', 'timeout?: number'],
        wait_for_tasks: ['task_ids?: array', 'until?: string,integer', 'cancel_rest?: boolean', 'timeout?: number'],
      });
    });

    it('units and bounds', () => {
      for (const name of ['collect_task', 'delegate_task', 'wait_for_tasks'] as const) {
        expect(schemaOf(tools, name).properties['timeout'])
          .toMatchObject({ type: 'number', description: expect.stringMatching(/^Seconds.*300.*3600/) });
        expect(tools[name].description).toContain('timeout (seconds)');
      }
    });

    it('the agents by name and description, and who is the default', () => {
      const several = (defaultAgent?: string) => createToolset(createSession(), { agents: { a: definition, b: definition }, defaultAgent });

      for (const name of ['delegate_task_async', 'delegate_task'] as const) {
        expect(several()[name].description.endsWith(`\nAgents:\na: ${definition.description}\nb: ${definition.description}`)).toBe(true);
        expect(schemaOf(several(), name).properties['agent'])
          .toEqual({ type: 'string', enum: ['a', 'b'], description: 'Which agent does it.' });
        expect(schemaOf(several(), name).required).toEqual(['goal', 'agent']);
        for (const io of ['input', 'output'] as const) expect(schemaOf(several('b'), name, io).required).toEqual(['goal']);
        expect(schemaOf(several('b'), name).properties['agent']?.description).toBe('Which agent does it. Default b.');
      }
    });

    it.each(NAMES)('when to use %s and when not', (name) => {
      const others = NAMES.filter((other) => other !== name && tools[name].description.match(new RegExp(`\\b${other}\\b`)) !== null);

      expect(tools[name].description).toMatch(/^[A-Z]\w+s /);
      expect(tools[name].description).toMatch(/\bnot\b|\bNot\b|, use /);
      expect(others).not.toEqual([]);
    });

    it('answers by schemas that read well as JSON', () => {
      for (const name of NAMES) {
        const { type, properties, required } = z.toJSONSchema(tools[name].outputSchema) as unknown as JsonSchema;

        expect({ type, required }).toEqual({ type: 'object', required: ['ok'] });
        expect(Object.keys(properties)).toEqual(expect.arrayContaining(['ok', 'error', 'code']));
      }
    });

    it('all of it in at most 1 200 tokens', () => {
      const tokens = NAMES.map((name) => {
        const { description, inputSchema } = tools[name];
        const { $schema: _, ...schema } = z.toJSONSchema(inputSchema, { io: 'input' });
        return tokensOf({ name, description, input_schema: schema });
      });

      expect(tokens.reduce((sum, some) => sum + some)).toBeLessThanOrEqual(1_200);
    });

    it('a busy child in at most 300 tokens', async () => {
      const session = createSession();
      const chatty: Agent = () => concat(
        from(Array.from({ length: 300 }, (_, n) => `src/internal/operators/share.ts:${n}  reads the reset notifier and subscribes once`)),
        NEVER,
      );
      const { check_task: check } = createToolset(session, { agents: { chatty: { agent: chatty, description: 'Prints.' } } });
      session.delegate(chatty, { goal: 'print' }, { name: 'chatty' }).steer('look at the tests as well');
      const answer = await check.execute({ task_id: session.list()[0]!.taskId });

      expect(String(answer['output_preview']).split('\n')).toHaveLength(10);
      expect(tokensOf(answer)).toBeLessThanOrEqual(300);
    });
  });

  describe('refuses', () => {
    const session = createSession();
    const refusal = (options: unknown, scope: unknown = session) =>
      caught(() => createToolset(scope as typeof session, options as ToolsetOptions));

    it.each([[undefined, 'undefined'], [null, 'null'], [{}, 'an object'], ['session', '"session"']])('%p as a scope', (scope, came) => {
      expect(caught(() => createToolset(scope as never, { agents: { a: idle } })))
        .toEqual(new InvalidArgumentError(`Expected \`scope\` to be a session or an agent's context, got ${came}.`));
    });

    it.each<[unknown, string]>([
      [undefined, 'Expected `options` to be an object with `agents`, got undefined.'],
      [null, 'Expected `options` to be an object with `agents`, got null.'],
      [{}, 'Expected `agents` to be an object of agents by their names, got undefined.'],
      [{ agents: [idle] }, 'Expected `agents` to be an object of agents by their names, got an array.'],
      [{ agents: {} }, 'Expected `agents` to name at least one agent, got an empty object.'],
      [{ agents: { ' ': idle } }, 'Expected each agent to have a name that is not blank.'],
      [{ agents: { a: null } }, 'Expected `agents.a` to be an agent or its definition, got null.'],
      [{ agents: { a: { description: 'None.' } } }, 'Expected `agents.a` to be an agent or its definition, got an object.'],
      [{ agents: { a: { agent: idle } } }, 'Expected `agents.a.description` to be a string that is not blank, got undefined.'],
      [{ agents: { a: { agent: idle, description: ' ' } } }, 'Expected `agents.a.description` to be a string that is not blank, got " ".'],
      [{ agents: { a: { ...definition, steerable: 'no' } } }, 'Expected `agents.a.steerable` to be true or false, got "no".'],
      [{ agents: { a: { ...definition, briefSchema: {} } } }, 'Expected `agents.a.briefSchema` to be a z.object(), got an object.'],
      [{ agents: { a: { ...definition, briefSchema: z.string() } } }, 'Expected `agents.a.briefSchema` to be a z.object(), got an object.'],
      [{ agents: { a: idle, b: idle }, defaultAgent: 'c' }, 'Expected `defaultAgent` to be one of a, b, got "c".'],
      [{ agents: { a: idle, b: idle }, defaultAgent: 'toString' }, 'Expected `defaultAgent` to be one of a, b, got "toString".'],
    ])('wrong options (case %#)', (options, message) => {
      expect(refusal(options)).toEqual(new InvalidArgumentError(message));
    });

    it.each(['goal', 'context', 'agent', 'timeout'])('a field of an agent that is called %s', (field) => {
      expect(refusal({ agents: { a: { ...definition, briefSchema: z.object({ own: z.string(), [field]: z.string() }) } } }))
        .toEqual(new InvalidArgumentError(
          `Expected the briefSchema of \`agents.a\` to have fields beyond goal, context, agent, timeout, got \`${field}\`.`,
        ));
    });
  });
});
