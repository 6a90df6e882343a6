import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { z } from 'zod';
import { createSession, type Brief } from '../../src/index.js';
import { createToolset, type AnyAgent, type ToolsetOptions } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { idle, nest, setUp, toolsetOf } from './support/setUp.js';

describe('delegate_task_async', () => {
  it('should start the agent and answer at once with its id', async () => {
    const { tools, session } = setUp();

    expect(await call(tools.delegate_task_async, { goal: 'wait', context: 'long' })).toEqual({
      ok: true,
      task_id: 'idle-1',
      status: 'running',
      message: 'Task idle-1 was started. Go on with other work; check_task looks in on it, collect_task waits for its result.',
      agent: 'idle',
      running: 1,
      limit: 16,
    });
    expect(session.get('idle-1')?.brief).toEqual({ goal: 'wait', context: 'long' });
  });

  it('should call the agent in the same frame', () => {
    const briefs: Brief[] = [];
    const agent: AnyAgent = (brief: Brief) => {
      briefs.push(brief);
      return NEVER;
    };
    void toolsetOf(createSession(), agent).delegate_task_async.execute({ goal: 'now' });

    expect(briefs).toEqual([{ goal: 'now' }]);
  });

  it('should say that a task waits for a slot', async () => {
    const { tools, session } = setUp({ maxRunning: 1, overflow: 'queue' });
    await call(tools.delegate_task_async, { goal: 'first' });

    expect(await call(tools.delegate_task_async, { goal: 'second' })).toEqual({
      ok: true,
      task_id: 'idle-2',
      status: 'queued',
      message: 'Task idle-2 waits for a slot and starts by itself. Go on with other work; check_task looks in on it, '
        + 'collect_task waits for its result.',
      agent: 'idle',
      running: 1,
      limit: 1,
    });
    session.get('idle-1')?.cancel();
    expect(await call(tools.check_task, { task_id: 'idle-2' })).toMatchObject({ status: 'running' });
  });

  it.each<[string, AnyAgent, object]>([
    ['completed', () => ['done'], { status: 'completed', summary: 'done' }],
    ['completed at length', () => ['x'.repeat(30_000)],
      { status: 'completed', summary: expect.stringContaining('left out'), truncated: true }],
    ['thrown before it began', () => { throw new Error('no'); }, { status: 'failed', error: 'no', code: 'agent_error' }],
    ['found nothing to say', () => [], { status: 'failed', error: expect.stringContaining('without a result'), code: 'no_result' }],
  ])('should tell whole of an agent that has already %s, and that is heard', async (_, agent, told) => {
    const { tools, session } = setUp({}, { agents: { quick: { agent, description: 'Is quick.' } } });

    expect(await call(tools.delegate_task_async, { goal: 'hurry' })).toEqual({
      ok: true,
      task_id: 'quick-1',
      message: 'Task quick-1 was started and has ended already.',
      agent: 'quick',
      running: 0,
      limit: 16,
      ...told,
    });
    expect(session.unheard()).toEqual([]);
  });

  it('should leave the limit out where there is none', async () => {
    const { tools } = setUp({ maxRunning: Infinity });

    expect(await call(tools.delegate_task_async, { goal: 'wait' })).not.toHaveProperty('limit');
  });

  it('should count the generation into which it starts', async () => {
    const { session, tools } = setUp({ maxRunning: 3 });
    const { context } = nest(session);
    nest(session);

    expect(await call(toolsetOf(context).delegate_task_async, { goal: 'help' })).toMatchObject({ running: 1, limit: 3 });
    expect(await call(tools.delegate_task_async, { goal: 'wait' })).toMatchObject({ running: 3, limit: 3 });
  });

  describe('refuses', () => {
    it('what is over the cap, with the count and the limit', async () => {
      const { tools, session } = setUp({ maxRunning: 1 });
      await call(tools.delegate_task_async, { goal: 'first' });

      expect(await call(tools.delegate_task_async, { goal: 'second' })).toEqual({
        ok: false,
        error: '1 of 1 tasks are running. Collect or cancel one of them before you start another.',
        code: 'limit_reached',
        count: 1,
        limit: 1,
      });
      expect(session.list()).toHaveLength(1);
    });

    it('what is over the queue, with its count and limit', async () => {
      const { tools } = setUp({ maxRunning: 1, overflow: 'queue', maxQueued: 0 });
      await call(tools.delegate_task_async, { goal: 'first' });

      expect(await call(tools.delegate_task_async, { goal: 'second' }))
        .toMatchObject({ ok: false, code: 'limit_reached', count: 0, limit: 0 });
    });

    it('one descendant too many', async () => {
      const { session } = setUp({ maxDescendants: 1 });
      const tools = toolsetOf(nest(session).context);
      await call(tools.delegate_task_async, { goal: 'first' });

      expect(await call(tools.delegate_task_async, { goal: 'second' }))
        .toMatchObject({ ok: false, code: 'limit_reached', count: 1, limit: 1 });
    });

    it('the generation after the last', async () => {
      const { session } = setUp();
      const third = nest(nest(nest(session).context).context);

      expect(await call(toolsetOf(third.context).delegate_task_async, { goal: 'dig' })).toEqual({
        ok: false,
        error: 'Tasks may be 3 generations deep, and this would be generation 4. Do this work without delegating it.',
        code: 'depth_exceeded',
      });
    });

    it('a child that has ended', async () => {
      const { session } = setUp();
      const { task, context } = nest(session);
      task.cancel();

      expect(await call(toolsetOf(context).delegate_task_async, { goal: 'haunt' })).toEqual({
        ok: false, error: `Task ${task.id} has ended, so it can start no more tasks.`, code: 'not_running',
      });
    });

    it('anything after close', async () => {
      const { session, tools } = setUp();
      await session.close();

      expect(await call(tools.delegate_task_async, { goal: 'late' })).toEqual({
        ok: false, error: 'The session is closed. Create a new one to start tasks.', code: 'session_closed',
      });
    });

    it('a call that was aborted beforehand', async () => {
      const { session, tools } = setUp();

      expect(await call(tools.delegate_task_async, { goal: 'wait' }, { abortSignal: AbortSignal.abort() })).toEqual({
        ok: false, error: 'The call was aborted beforehand, so nothing was started.', code: 'aborted',
      });
      expect(session.list()).toEqual([]);
    });
  });

  it('should let the task go on when the call is aborted later', async () => {
    const { session, tools } = setUp();
    const controller = new AbortController();
    await call(tools.delegate_task_async, { goal: 'wait' }, { abortSignal: controller.signal });
    controller.abort();

    expect(session.get('idle-1')?.snapshot().status).toBe('running');
  });

  it('should answer and not reject when the surroundings throw', async () => {
    const { tools } = setUp({ generateId: () => { throw new Error('no more ids'); } });

    expect(await call(tools.delegate_task_async, { goal: 'wait' })).toEqual({
      ok: false, error: 'The tool itself failed, and not because of its input. Go on without it.', code: 'invalid_argument',
    });
  });
});

describe('the agents of a toolset', () => {
  const briefs: unknown[] = [];
  const note = (who: string): AnyAgent => (brief: unknown) => {
    briefs.push([who, brief]);
    return NEVER;
  };
  const writer = {
    agent: note('writer'),
    description: 'Writes.',
    briefSchema: z.object({ words: z.number().positive(), tone: z.enum(['dry', 'warm']).default('dry') }),
  };
  const reader = {
    agent: note('reader'),
    description: 'Reads.',
    briefSchema: z.object({ from: z.string().transform(Number), to: z.string().transform(Number), words: z.string().optional() })
      .refine(({ from, to }) => from <= to, { error: 'Expected `from` to be at most `to`.' }),
  };
  const start = async (agents: Record<string, AnyAgent | typeof writer | typeof reader>, input: object, defaultAgent?: string) => {
    briefs.length = 0;
    const { tools, session } = setUp({}, { agents, defaultAgent });
    const answer = await call(tools.delegate_task_async, input);
    expect(session.list()).toHaveLength(answer.ok ? 1 : 0);
    return { answer, briefs: [...briefs] };
  };

  it('may be left out where there is one', async () => {
    expect(await start({ plain: note('plain') }, { goal: 'g' }))
      .toMatchObject({ answer: { agent: 'plain' }, briefs: [['plain', { goal: 'g' }]] });
    expect(await start({ plain: note('plain') }, { goal: 'g', agent: 'plain' })).toMatchObject({ answer: { agent: 'plain' } });
  });

  it('have to be chosen from where there are several', async () => {
    const agents = { a: note('a'), b: note('b') };

    expect(await start(agents, { goal: 'g' })).toEqual({
      answer: { ok: false, error: 'Expected `agent` to be one of a, b, got nothing.', code: 'invalid_argument' }, briefs: [],
    });
    expect(await start(agents, { goal: 'g', agent: 'b' })).toMatchObject({ answer: { agent: 'b' }, briefs: [['b', { goal: 'g' }]] });
  });

  it('have a default where one is set', async () => {
    const agents = { a: note('a'), b: note('b') };

    expect((await start(agents, { goal: 'g' }, 'b')).answer).toMatchObject({ agent: 'b' });
    expect((await start(agents, { goal: 'g', agent: 'a' }, 'b')).answer).toMatchObject({ agent: 'a' });
  });

  it.each(['nobody', 'toString', '__proto__', 'constructor', '', 'A', null, 3])('do not answer to %p', async (agent) => {
    const { answer } = await start({ a: note('a'), b: note('b') }, { goal: 'g', agent });

    expect(answer)
      .toEqual({ ok: false, error: `Expected \`agent\` to be one of a, b, got ${JSON.stringify(agent)}.`, code: 'invalid_argument' });
  });

  const writers = [[{ writer }, {}], [{ writer, reader }, { agent: 'writer' }]] as const;
  const readers = [[{ reader }, {}], [{ writer, reader }, { agent: 'reader' }]] as const;

  it.each(writers)('are given what their own schema adds (case %#)', async (agents, who) => {
    expect((await start(agents, { ...who, goal: 'g', words: 5 })).briefs).toEqual([['writer', { goal: 'g', words: 5, tone: 'dry' }]]);
    expect((await start(agents, { ...who, goal: 'g', words: 5, tone: 'warm' })).briefs)
      .toEqual([['writer', { goal: 'g', words: 5, tone: 'warm' }]]);
    expect((await start(agents, { ...who, goal: 'g' })).answer.error).toBe('Expected `words` to be a number, got nothing.');
    expect((await start(agents, { ...who, goal: 'g', words: 'five' })).answer.error).toBe('Expected `words` to be a number, got "five".');
    expect((await start(agents, { ...who, goal: 'g', words: 0 })).answer.error).toBe('Expected `words` to be more than 0, got 0.');
    expect((await start(agents, { ...who, goal: 'g', words: 5, from: '1' })).answer.error).toBe('Unknown field `from`. Leave it out.');
  });

  it.each(readers)('are given what their schema makes of a field, once (case %#)', async (agents, who) => {
    expect((await start(agents, { ...who, goal: 'g', from: '1', to: '2' })).briefs).toEqual([['reader', { goal: 'g', from: 1, to: 2 }]]);
  });

  it.each(readers)('are guarded by their schema as a whole (case %#)', async (agents, who) => {
    expect((await start(agents, { ...who, goal: 'g', from: '2', to: '1' })).answer.error).toBe('Expected `from` to be at most `to`.');
  });

  it('cannot be sent what belongs to another agent', async () => {
    const { answer } = await start({ writer, plain: note('plain') }, { goal: 'g', agent: 'plain', words: 5 });

    expect(answer).toMatchObject({ ok: false, error: 'Unknown field `words`. Leave it out.' });
  });

  it('cannot be sent a timeout where nobody waits', async () => {
    expect((await start({ plain: note('plain') }, { goal: 'g', timeout: 5 })).answer.error).toBe('Unknown field `timeout`. Leave it out.');
  });

  it('are shown in one schema with all their fields, none of them required beyond what each checks by itself', () => {
    const { delegate_task_async: tool } = createToolset(createSession(), { agents: { writer, reader } });
    const schema = z.toJSONSchema(tool.inputSchema, { io: 'input' });

    expect(Object.keys(schema.properties ?? {}).sort()).toEqual(['agent', 'context', 'from', 'goal', 'to', 'tone', 'words']);
    expect(schema.required).toEqual(['goal', 'agent']);
    expect(schema.properties?.['agent']).toMatchObject({ enum: ['writer', 'reader'] });
    expect(schema.properties?.['words']).toMatchObject({ anyOf: [{ type: 'number' }, { type: 'string' }] });
    expect(tool.description).toContain('writer: Writes.\nreader: Reads.');
  });

  it('are shown with their owners, where there are several', () => {
    const depth = z.number().optional().describe('How deep to look.');
    const fieldsOf = (agents: ToolsetOptions['agents']) => {
      const { properties = {} } = z.toJSONSchema(createToolset(createSession(), { agents }).delegate_task.inputSchema, { io: 'input' });
      return (properties as Record<string, { description?: string }>);
    };
    const one = { agent: idle, description: 'One.', briefSchema: z.object({ depth, tone: z.string() }) };
    const two = { agent: idle, description: 'Two.', briefSchema: z.object({ depth }) };
    const three = { agent: idle, description: 'Three.', briefSchema: z.object({ depth: z.string().describe('In words.') }) };

    expect(fieldsOf({ one })['depth']?.description).toBe('How deep to look.');
    expect(fieldsOf({ one, two })['depth']?.description).toBe('For one and two: How deep to look.');
    expect(fieldsOf({ one, two })['tone']?.description).toBe('For one only.');
    expect(fieldsOf({ one, two, three })['depth']?.description).toBe('For one and two: How deep to look. For three: In words.');
  });

  it('are required by the schema of a toolset of one as that one requires them', () => {
    const { delegate_task_async: tool } = createToolset(createSession(), { agents: { writer } });

    expect(z.toJSONSchema(tool.inputSchema, { io: 'input' }).required).toEqual(['goal', 'words']);
  });

  it('are told apart by their names in ids', async () => {
    const tools = createToolset(createSession(), { agents: { 'Code Reviewer': idle } });

    expect((await call(tools.delegate_task_async, { goal: 'g' }))['task_id']).toMatch(/^code-reviewer-[2-9a-hjkmnp-z]{6}$/);
  });
});
