import { describe, expect, it } from '@jest/globals';
import { callTools } from 'sidestream/anthropic';
import { createSession, type Agent } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';

const agent: Agent = ({ goal }) => [goal];
const toolset = createToolset(createSession(), { agents: { echo: { agent, description: 'Repeats its goal.' } } });
const use = (id: string, name: string, input: unknown) => ({ type: 'tool_use', id, name, input });

describe('callTools', () => {
  it('should answer each call in its place, whatever stands between them', async () => {
    const results = await callTools(toolset, [
      { type: 'text' }, use('a', 'delegate_task', { goal: 'one' }), { type: 'thinking' }, use('b', 'list_tasks', {}),
    ]);
    expect(results.map(({ type, tool_use_id, is_error }) => ({ type, tool_use_id, is_error }))).toEqual([
      { type: 'tool_result', tool_use_id: 'a', is_error: undefined }, { type: 'tool_result', tool_use_id: 'b', is_error: undefined },
    ]);
    expect(JSON.parse(results[0]!.content as string)).toMatchObject({ ok: true, summary: 'one' });
  });

  it('should answer with nothing where nothing is called', async () => {
    expect(await callTools(toolset, [{ type: 'text' }])).toEqual([]);
  });

  it.each(['nobody', '__proto__', 'toString', ''])('should answer a call of %j, which is not there, with an error', async (name) => {
    const [result] = await callTools(toolset, [use('a', name, {})]);
    expect(result).toMatchObject({ tool_use_id: 'a', is_error: true });
    expect(JSON.parse(result!.content as string)).toMatchObject({
      ok: false, code: 'invalid_argument', error: expect.stringMatching(/There is no tool .*There are: delegate_task_async, /) as unknown,
    });
  });

  it('should mark a refusal as an error', async () => {
    const [result] = await callTools(toolset, [use('a', 'check_task', { task_id: 'echo-000000' })]);
    expect(result).toMatchObject({ is_error: true, content: expect.stringContaining('task_not_found') as unknown });
  });

  it('should leave the calls of other tools to others, and answer what they throw', async () => {
    const others = (name: string, input: unknown): unknown => {
      if (name === 'broken') throw new Error('secret');
      return name === 'words' ? 'a text' : { input };
    };
    const results = await callTools(toolset, [use('a', 'words', {}), use('b', 'data', 1), use('c', 'broken', {})], { others });
    expect(results.slice(0, 2).map(({ content }) => content)).toEqual(['a text', '{"input":1}']);
    expect(results[2]).toMatchObject({ is_error: true, content: expect.not.stringContaining('secret') as unknown });
  });

  it('should refuse options that it does not know', async () => {
    await expect(callTools(toolset, [], { signals: 1 } as never)).rejects.toThrow('Unknown field `signals`');
    await expect(callTools({ check: 1 } as never, [])).rejects.toThrow('Expected `toolset` to be');
  });
});
