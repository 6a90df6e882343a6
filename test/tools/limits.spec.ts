import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, Subject } from 'rxjs';
import { createSession, result, usage, type AgentContext, type AgentOutput } from '../../src/index.js';
import { createToolset } from '../../src/tools/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

const spend = usage({ inputTokens: 2, outputTokens: 1, costUsd: 0.5 });

/** A toolset with an agent that a test leads. */
function stage(outputs: readonly (AgentOutput<unknown> | string)[] = [], tokens?: number) {
  const { scheduler, advance } = createVirtualTime();
  let context!: AgentContext;
  const output = new Subject<string>();
  const session = createSession({ scheduler, ...tokens !== undefined && { budget: { tokens } } });
  const toolset = createToolset(session, {
    agents: {
      worker: {
        description: 'Works.',
        agent: (_brief, _steering, given) => {
          context = given;
          return concat(outputs as readonly string[], output);
        },
      },
    },
  });
  const call = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const tool = Object.values(toolset).find((one) => one.name === name)!;
    const answer = await tool.execute(input) as Record<string, unknown>;
    expect(tool.outputSchema.parse(answer)).toEqual(answer);
    return answer;
  };
  return { session, advance, call, start: () => call('delegate_task_async', { goal: 'work' }), context: () => context };
}

describe('what a task waits for', () => {
  it('should be told by every look at it, with the seconds that are left', async () => {
    const { advance, call, start, context } = stage(['a']);
    const { task_id } = await start();
    advance(1_000);
    const waiting = context().waitFor({ reason: 'the provider asks for a pause', until: 31_000 }, NEVER).subscribe();
    advance(10_000);
    const waiting_for = { reason: 'the provider asks for a pause', seconds_left: 20 };
    expect(await call('check_task', { task_id })).toMatchObject({ status: 'running', waiting_for });
    expect(await call('collect_task', { task_id, timeout: 0 })).toMatchObject({ timed_out: true, waiting_for });
    expect(await call('list_tasks', {})).toMatchObject({ tasks: [{ task_id, waiting_for }] });
    waiting.unsubscribe();
    context().waitFor({ reason: 'a\u0007 person' }, NEVER).subscribe();
    expect((await call('check_task', { task_id }))['waiting_for']).toEqual({ reason: 'a person' });
    advance(100_000);
  });

  it('should be told of no other', async () => {
    const { call, start } = stage(['a']);
    const { task_id } = await start();
    for (const answer of [await call('check_task', { task_id }), await call('collect_task', { task_id, timeout: 0 })]) {
      expect(answer).not.toHaveProperty('waiting_for');
      expect(answer).not.toHaveProperty('partial');
    }
  });
});

describe('what there is of a task that a limit has ended', () => {
  it('should be told as a summary is, beside the error, with what was used so far', async () => {
    const error = expect.stringContaining('has spent 3 tokens') as unknown;
    const told = { status: 'failed', code: 'budget_exceeded', partial: '{"found":3}', error };
    const used = { usage: { input_tokens: 2, output_tokens: 1, cost_usd: 0.5, incomplete: true } };
    const looks: readonly (readonly [string, (id: unknown) => object])[] = [
      ['check_task', (task_id) => ({ task_id })], ['collect_task', (task_id) => ({ task_id })],
    ];
    for (const [name, input] of looks) {
      const { session, call } = stage([result({ found: 3 }), spend], 2);
      const { id } = session.delegate(() => concat([result({ found: 3 }), spend], NEVER), { goal: 'spend' });
      expect(await call(name, input(id))).toMatchObject({ ok: true, ...told, ...used });
    }
    const { session, call } = stage([], 2);
    const { id } = session.delegate(() => concat([result({ found: 3 }), spend], NEVER), { goal: 'spend' });
    expect(await call('wait_for_tasks', { task_ids: [id] })).toMatchObject({ ended: [{ ...told, ...used }] });
  });

  it('should be cut as a summary is', async () => {
    const { session, call } = stage([], 2);
    const { id } = session.delegate(() => concat(['x'.repeat(499)], [result('y'.repeat(30_000)), spend], NEVER), { goal: 'spend' });
    const { partial, truncated } = await call('collect_task', { task_id: id });
    expect([String(partial).length < 25_000, truncated]).toEqual([true, true]);
  });

  it('should refuse another task where a budget has nothing left, with its code', async () => {
    const { session, start } = stage([], 2);
    session.delegate(() => concat([spend], NEVER), { goal: 'spend' });
    expect(await start()).toEqual({
      ok: false, code: 'budget_exceeded',
      error: 'The session has spent 3 tokens of a budget of 2. Nothing more can be started; go on with what there is.',
    });
  });
});
