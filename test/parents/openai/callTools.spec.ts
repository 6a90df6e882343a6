import { describe, expect, it } from '@jest/globals';
import { createSession } from '../../../src/index.js';
import { callTools, chatTools, responsesTools, type ChatCall } from '../../../src/parents/openai/index.js';
import { createToolset } from '../../../src/tools/index.js';

const session = createSession();
const toolset = createToolset(session, { agents: { echo: { agent: ({ goal }) => [goal], description: 'Repeats its goal.' } } });

const chat = (name: string, text: string, id = 'call_1'): ChatCall => ({ id, type: 'function', function: { name, arguments: text } });
const parsed = ({ content }: { readonly content: string }): unknown => JSON.parse(content);

describe('callTools', () => {
  it('should answer each call of a message, in their order', async () => {
    const answers = await callTools(toolset, [
      chat('delegate_task', '{"goal":"one"}', 'a'), chat('list_tasks', '', 'b'), chat('check_task', '{"task_id":"nobody"}', 'c'),
    ]);
    expect(answers).toEqual(['a', 'b', 'c'].map((tool_call_id) => ({ role: 'tool', tool_call_id, content: expect.any(String) })));
    expect(answers.map(parsed)).toMatchObject([{ summary: 'one' }, { ok: true }, { ok: false, code: 'task_not_found' }]);
  });

  it('should answer the calls among the items of a response, and pass over the others', async () => {
    const answers = await callTools(toolset, [
      { type: 'reasoning', id: 'rs_1', summary: [] },
      { type: 'function_call', call_id: 'call_1', name: 'delegate_task', arguments: '{"goal":"one"}' },
      { type: 'message', id: 'msg_1', content: [] },
      { type: 'web_search_call', id: 'ws_1' },
    ] as never);
    expect(answers).toEqual([{ type: 'function_call_output', call_id: 'call_1', output: expect.stringContaining('"summary":"one"') }]);
  });

  it('should answer nothing where nothing was called', async () => {
    for (const calls of [undefined, null, []]) expect(await callTools(toolset, calls)).toEqual([]);
  });

  it.each([
    ['an unknown tool', chat('rm', '{}'), 'There is no tool "rm". There are: delegate_task_async, check_task'],
    ['a tool named as a property of every object', chat('constructor', '{}'), 'There is no tool "constructor".'],
    ['arguments that are no JSON', chat('check_task', '{"task_id":'), 'The arguments of check_task are no JSON. Send one JSON object.'],
    ['a list', chat('check_task', '[]'), 'Expected the input to be an object'],
    ['a tool that takes a text', { id: 'call_1', type: 'custom', custom: { name: 'grep', input: 'x' } } as ChatCall,
      'There is no tool "custom".'],
  ])('should let the model read that this was refused: %s', async (_, call, error) => {
    const [answer] = await callTools(toolset, [call]);
    expect(answer).toMatchObject({ role: 'tool', tool_call_id: 'call_1' });
    expect(parsed(answer!)).toMatchObject({ ok: false, code: 'invalid_argument', error: expect.stringContaining(error) });
  });

  it('should leave the tools of others to others, and answer with what they throw', async () => {
    const others = (name: string, input: unknown) => {
      if (name === 'broken') throw new Error('out of paper');
      return name === 'words' ? 'in words' : { name, input };
    };
    const calls = [chat('words', '{}'), chat('data', '{"n":1}'), chat('broken', '{}'), chat('list_tasks', '{}')];
    const answers = await callTools(toolset, calls, { others });
    expect(answers[0]!.content).toBe('in words');
    expect(answers.slice(1).map(parsed)).toMatchObject([
      { name: 'data', input: { n: 1 } }, { ok: false, error: expect.stringContaining('out of paper') }, { ok: true },
    ]);
  });

  it('should start nothing once its signal was aborted', async () => {
    const before = session.list().length;
    const [answer] = await callTools(toolset, [chat('delegate_task_async', '{"goal":"one"}')], { signal: AbortSignal.abort() });
    expect(parsed(answer!)).toMatchObject({ ok: false, code: 'aborted' });
    expect(session.list()).toHaveLength(before);
  });

  it('should refuse what it cannot use, with a sentence', async () => {
    await expect(callTools({ a: 1 } as never, [])).rejects.toThrow('Expected `toolset` to be a toolset');
    await expect(callTools(toolset, [], { signal: 7 } as never)).rejects.toThrow('an AbortSignal');
    await expect(callTools(toolset, [], { abort: 7 } as never)).rejects.toThrow('Unknown field `abort`');
    expect(() => chatTools(undefined as never)).toThrow('to be a toolset, or some tools of one by their names, got undefined.');
    expect(() => responsesTools(toolset, { strict: 1 } as never)).toThrow('Expected `strict` to be true or false, got 1.');
  });
});
