import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, NEVER } from 'rxjs';
import { z } from 'zod';
import { createLimit, createSession, usage, type Agent, type AgentContext } from '../../src/index.js';
import { createToolset, type AgentDefinition } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { setUp } from './support/setUp.js';

const stage = (definition: Partial<AgentDefinition> = {}, budgets = true) => {
  const contexts: AgentContext[] = [];
  const agent: Agent = (_brief, _steering, context) => {
    contexts.push(context);
    return NEVER;
  };
  const { tools, session } = setUp({}, { agents: { worker: { agent, description: 'Works.', ...definition } }, budgets });
  return { tools, session, left: () => contexts.at(-1)!.budget.left };
};

describe('a budget that a model gives', () => {
  it.each(['delegate_task_async', 'delegate_task'] as const)('should hold for the task, and be told (%s)', async (name) => {
    const { tools, left } = stage();
    const budget = { tokens: 1_000, cost_usd: 0.5, steps: 3, tool_calls: 7 };
    const more = name === 'delegate_task' ? { timeout: 0 } : {};
    expect(await call(tools[name], { goal: 'work', budget, ...more })).toMatchObject({ ok: true, budget });
    expect(left()).toMatchObject({ tokens: 1_000, costUsd: 0.5, steps: 3, toolCalls: 7 });
  });

  it('should only lower what the definition gives', async () => {
    const { tools, left } = stage({ budget: { tokens: 500, steps: 9 } });
    const answer = await call(tools.delegate_task_async, { goal: 'work', budget: { tokens: 9_000, steps: 2, cost_usd: 1 } });
    expect(answer['budget']).toEqual({ tokens: 500, steps: 2, cost_usd: 1 });
    expect(left()).toMatchObject({ tokens: 500, steps: 2, costUsd: 1, toolCalls: Infinity });
    await call(tools.delegate_task_async, { goal: 'work', budget: {} });
    expect(left()).toMatchObject({ tokens: 500, steps: 9, costUsd: Infinity });
  });

  it('should end the task that spends more', async () => {
    const agent: Agent = () => [usage({ inputTokens: 90, outputTokens: 20 }), 'never said'];
    const { tools } = setUp({}, { agents: { worker: { agent, description: 'Works.' } }, budgets: true });
    const answer = await tools.delegate_task.execute({ goal: 'work', budget: { tokens: 100 } });
    expect(answer).toMatchObject({ ok: true, status: 'failed', code: 'budget_exceeded' });
  });

  it.each([
    [5, 'Expected `budget` to be an object, got 5.'],
    [{ tokens: 0 }, 'Expected `budget.tokens` to be a whole number from 1, got 0.'],
    [{ tokens: NaN }, 'Expected `budget.tokens` to be a whole number from 1, got NaN.'],
    [{ tokens: '1000' }, 'Expected `budget.tokens` to be a whole number from 1, got "1000".'],
    [{ steps: 1.5 }, 'Expected `budget.steps` to be a whole number from 1, got 1.5.'],
    [{ tool_calls: Infinity }, 'Expected `budget.tool_calls` to be a whole number from 1, got Infinity.'],
    [{ cost_usd: -1 }, 'Expected `budget.cost_usd` to be a number above 0, got -1.'],
    [{ euros: 1 }, 'Unknown field `budget.euros`. Leave it out.'],
  ])('of %j should start nothing', async (budget, error) => {
    const { tools, session } = stage();
    expect(await call(tools.delegate_task_async, { goal: 'work', budget })).toEqual({ ok: false, error, code: 'invalid_argument' });
    expect(session.tasks()).toEqual([]);
  });

  it('should be no field where the developer does not allow it, and the definition’s own holds', async () => {
    const { tools, left } = stage({ budget: { tokens: 500 } }, false);
    expect(await call(tools.delegate_task_async, { goal: 'work', budget: { tokens: 1 } })).toMatchObject({
      ok: false, error: 'Unknown field `budget`. Leave it out.',
    });
    expect(await call(tools.delegate_task_async, { goal: 'work' })).toMatchObject({ ok: true, budget: { tokens: 500 } });
    expect(left().tokens).toBe(500);
  });
});

describe('a definition', () => {
  it('should hold its tasks to its limits', async () => {
    const limit = createLimit({ running: 1 });
    const { tools, session } = stage({ limit, deadline: 5_000, idleTimeout: 4_000, wrapUp: { before: 1_000, message: 'Come to an end.' } });
    await call(tools.delegate_task_async, { goal: 'one' });
    expect(await call(tools.delegate_task_async, { goal: 'two' })).toMatchObject({ status: 'queued' });
    session.get('worker-1')!.cancel();
    expect((await firstValueFrom(session.get('worker-1')!.events)).type).toBe('started');
    expect(session.get('worker-2')!.status).toBe('running');
  });

  it.each([
    [{ budget: { tokens: NaN } }, 'In `agents.worker`: Expected `budget.tokens` to be'],
    [{ wrapUp: 'soon' }, 'Expected `agents.worker.wrapUp` to be an object with a `message`, got "soon".'],
    [{ limit: 3 }, 'Expected `agents.worker.limit` to be a limit that createLimit made, got 3.'],
    [{ deadline: 0 }, 'Expected `agents.worker.deadline` to be a number of milliseconds from 1'],
  ])('of %j should be refused when the toolset is made', (wrong, sentence) => {
    expect(() => stage(wrong as never)).toThrow(sentence);
  });

  it('may have a field `budget` of its own where the tools have none', async () => {
    const briefSchema = z.object({ budget: z.string() });
    const { tools, session } = stage({ briefSchema }, false);
    await call(tools.delegate_task_async, { goal: 'work', budget: 'small' });
    expect(session.tasks()[0]!.brief).toEqual({ goal: 'work', budget: 'small' });
    expect(() => stage({ briefSchema })).toThrow('to have fields beyond goal, context, agent, timeout, budget, got `budget`.');
  });

  it('with words for a budget only should take tasks that have none', async () => {
    const { tools } = stage({ wrapUp: { message: 'Come to an end.' } });
    expect(await call(tools.delegate_task_async, { goal: 'work' })).toMatchObject({ ok: true });
    expect(await call(tools.delegate_task_async, { goal: 'work', budget: { steps: 3 } })).toMatchObject({ ok: true });
  });
});

describe('a toolset', () => {
  it('should refuse a `budgets` that is neither true nor false', () => {
    expect(() => createToolset(createSession(), { agents: { worker: () => NEVER }, budgets: 'yes' as never }))
      .toThrow('Expected `budgets` to be true or false, got "yes".');
  });
});
