import { describe, expect, it } from '@jest/globals';
import { lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { collect, createLimit, createSession, result, run } from '../../src/index.js';
import { command } from '../../src/agents/command/index.js';
import { memoryStore, openSession } from '../../src/stores/index.js';
import { createToolset, defineAgent } from '../../src/tools/index.js';
import { call } from './support/call.js';

const counter = defineAgent({
  name: 'counter',
  description: 'Counts words.',
  briefSchema: z.object({ text: z.string() }),
  resultSchema: z.object({ words: z.number(), unit: z.string().default('word') }),
  steerable: false,
  agent: ({ text }) => [`{"words":${text.split(' ').length}}`],
});
const brief = { goal: 'count', text: 'one two three' };

describe('defineAgent', () => {
  it('should make an agent that is delegated by its own name, with a result as its schema has it', async () => {
    const task = createSession().delegate(counter, brief);
    expect(task.id).toMatch(/^counter-/);
    expect((counter as { readonly steerable?: boolean }).steerable).toBe(false);
    expect(await collect(task)).toEqual({ words: 3, unit: 'word' });
    expect(await lastValueFrom(run(counter, brief).pipe(result()))).toEqual({ words: 3, unit: 'word' });
  });

  it('should be taken by a toolset as it says of itself', async () => {
    const { delegate_task } = createToolset(createSession(), { agents: { counter } });
    expect(delegate_task.description).toMatch(/\ncounter: Counts words\.$/);
    expect(await call(delegate_task, { goal: 'count', text: 'a b' })).toMatchObject({ ok: true, result: { words: 2, unit: 'word' } });
    expect(await call(delegate_task, { goal: 'count' })).toMatchObject({ ok: false, code: 'invalid_argument' });
  });

  it('should be found again by a session with a store', async () => {
    const store = memoryStore();
    const first = await openSession({ store, agents: { counter } });
    const { id } = first.delegate(counter, brief);
    await collect(first.get(id)!);
    await first.close();
    const second = await openSession({ store, agents: { counter } });
    const { collect_task } = createToolset(second, { agents: { counter } });
    expect(await call(collect_task, { task_id: id })).toMatchObject({ result: { words: 3, unit: 'word' } });
    await second.close();
  });

  it('should keep what the agent says of itself, and write nothing into that', () => {
    const limit = createLimit({ running: 1 });
    const program = Object.assign(command('true', []), { limit });
    const own = Object.entries(program);
    const defined = defineAgent({ description: 'Is true.', agent: program, resultSchema: z.string() });
    expect(Object.entries(defined)).toEqual(expect.arrayContaining([['limit', limit], ['description', 'Is true.']]));
    expect(Object.entries(program)).toEqual(own);
    expect(defined.name).toBe(program.name);
  });

  it.each<[string, object, string]>([
    ['no agent', { description: 'a' }, 'Expected `agent` to be a function, got undefined.'],
    ['no description', { agent: counter, description: ' ' }, 'Expected `agents.counter.description` to be a string that is not blank'],
    ['a schema that is none', { agent: counter, description: 'a', resultSchema: { type: 'object' } },
      'Expected `agents.counter.resultSchema` to be the object of a schema library, such as z.object(), got an object.'],
    ['a field that the tools take', { agent: counter, description: 'a', briefSchema: z.object({ goal: z.string() }) },
      'Expected the briefSchema of `agents.counter` to have fields beyond goal, context, agent, timeout, got `goal`.'],
  ])('should refuse %s', (_, definition, message) => {
    expect(() => defineAgent(definition as never)).toThrow(message);
  });
});
