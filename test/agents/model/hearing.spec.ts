import { describe, expect, it } from '@jest/globals';
import { tool, type ToolSet } from 'ai';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import type { ModelAgent, ModelOptions } from '../../../src/agents/model/index.js';
import { collect, type Agent, type AgentContext, type Task } from '../../../src/index.js';
import type { ModelRequest, Turn } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { turns } from '../../support/turns.js';
import { setUp, type SetUp } from './support/setUp.js';

const goalOf = ({ messages }: ModelRequest): string => wordsOf(messages.find(({ role }) => role === 'user')!);
const rolesOf = ({ messages }: ModelRequest): readonly string[] => messages.map(({ role }) => role);
const toldIn = ({ messages }: ModelRequest): readonly string[] => messages.filter(({ role }) => role === 'user').slice(1).map(wordsOf);

/** A parent that starts a child, and goes on by these turns, one for each later request; its child just says `found it`. */
const leading = (...later: readonly [Turn, ...Turn[]]) => {
  let n = -1;
  return (request: ModelRequest): Turn => {
    if (goalOf(request) !== 'lead') return { say: 'found it' };
    n += 1;
    return n === 0 ? { call: [{ name: 'delegate_task_async', input: { goal: 'leaf' } }] } : later[Math.min(n, later.length) - 1]!;
  };
};

interface Stage extends SetUp {
  /** The requests of the parent. */
  readonly asked: () => readonly ModelRequest[];
  readonly lead: (options?: Partial<ModelOptions>, tools?: ToolSet) => Task<string>;
  readonly context: () => AgentContext;
}

/** A parent whose tool `wait` answers when all its children have ended. */
async function stageOf(script: (request: ModelRequest) => Turn): Promise<Stage> {
  const stage = await setUp(script);
  let context!: AgentContext;
  const wait = tool({
    description: 'Waits.', inputSchema: z.object({}),
    execute: async () => {
      while (context.list().some(({ outcome }) => outcome === undefined)) await turns(1);
      return 'waited';
    },
  });
  return {
    ...stage,
    asked: () => stage.server.visits.filter((visit) => goalOf(visit) === 'lead'),
    context: () => context,
    lead: (options, tools) => {
      const agent: ModelAgent = stage.agent({ delegation: true, toolsets: { waiting: { wait, ...tools } }, ...options });
      const watched: Agent = (brief, steering, given) => {
        context = given;
        return agent(brief, steering, given);
      };
      return stage.session.delegate(watched, { goal: 'lead' }, { name: 'lead' });
    },
  };
}

const wait = { call: [{ name: 'wait' }] };

describe('what has ended below a model', () => {
  it('should be told between its steps, behind the results of the step before, once', async () => {
    await using stage = await stageOf(leading(wait, { say: 'hm', ...wait }, { say: 'done' }));
    expect(await collect(stage.lead())).toBe('done');

    const told = stage.asked().map(toldIn);
    expect(told.map(({ length }) => length)).toEqual([0, 0, 1, 1]);
    expect(told[2]![0]).toContain('A background task has ended');
    expect(told[2]![0]).toContain('found it');
    expect(rolesOf(stage.asked()[2]!)).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'user']);
    expect(stage.context().unheard()).toEqual([]);
  });

  it('should be told by the last step that it may take, too', async () => {
    await using stage = await stageOf(leading(wait, { say: 'done' }));
    expect(await collect(stage.lead({ maxSteps: 3 }))).toBe('done');
    expect(toldIn(stage.asked()[2]!)).toHaveLength(1);
  });

  it('should not be told where its own tools have told it', async () => {
    await using stage = await stageOf((request) => {
      if (goalOf(request) !== 'lead') return { say: 'found it' };
      return request.messages.length === 1 ? { call: [{ name: 'delegate_task', input: { goal: 'leaf' } }] } : { say: 'done' };
    });
    expect(await collect(stage.lead())).toBe('done');
    expect(stage.asked().map(toldIn)).toEqual([[], []]);
  });

  it('should be carried again by the next attempt, and heard when that was answered', async () => {
    await using stage = await stageOf(leading(wait, { status: 503, headers: { 'retry-after-ms': '1' } }, { say: 'done' }));
    expect(await collect(stage.lead({ maxRetries: 1 }))).toBe('done');

    const [, , failed, answered] = stage.asked();
    expect(toldIn(failed!)).toHaveLength(1);
    expect(toldIn(answered!)).toEqual(toldIn(failed!));
    expect(stage.context().unheard()).toEqual([]);
  });

  it.each<[string, Turn]>([
    ['is refused', { status: 500 }], ['is cut', { say: 'a', then: 'cut' }], ['is cut off by a limit', { say: 'a', finish: 'length' }],
  ])('should not count as heard where the request %s', async (_, turn) => {
    await using stage = await stageOf(leading(wait, turn));
    await expect(collect(stage.lead())).rejects.toMatchObject({ name: expect.any(String) });

    expect(toldIn(stage.asked()[2]!)).toHaveLength(1);
    expect(stage.session.unheard().map(({ brief }) => brief.goal)).toContain('leaf');
  });

  it('should not count as heard where the request is cancelled', async () => {
    await using stage = await stageOf(leading(wait, { say: 'a', then: 'hang' }));
    const task = stage.lead();
    await stage.server.until(() => stage.asked().length === 3);
    task.cancel();
    await firstValueFrom(task.stopped);
    expect(stage.session.unheard().map(({ brief }) => brief.goal)).toContain('leaf');
  });

  it('should count as heard when the model has answered, also while its tools are still at work', async () => {
    const hold: (() => void)[] = [];
    const stay = tool({ description: 'Stays.', inputSchema: z.object({}), execute: () => new Promise<void>((go) => { hold.push(go); }) });
    await using stage = await stageOf(leading(wait, { call: [{ name: 'stay' }] }));
    const task = stage.lead({}, { stay });
    while (hold.length === 0) await turns(1);
    expect(toldIn(stage.asked()[2]!)).toHaveLength(1);
    expect(stage.context().unheard()).toEqual([]);
    task.cancel();
    hold[0]!();
  });
});

it('should give the tools that start a model of its own kind a schema without its version', async () => {
  await using stage = await setUp(() => ({ say: 'done' }));
  await collect(stage.start({ delegation: true }));
  const sent = JSON.stringify(stage.server.visits[0]!.body['tools']);
  expect(sent).toContain('delegate_task_async');
  expect(sent).not.toContain('$schema');
});
