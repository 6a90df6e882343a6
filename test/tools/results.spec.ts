import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createSession, line, result, type AgentAnswer } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';
import { turns } from '../support/turns.js';
import { call } from './support/call.js';

const resultSchema = z.object({ rows: z.array(z.string()) });
const setUp = (answer: () => AgentAnswer, options = {}) => {
  const session = createSession();
  const agents = { finder: { agent: answer, description: 'Finds.', resultSchema } };
  return { session, tools: createToolset(session, { agents, ...options }) };
};
const found = { rows: ['a', '\u001b[31mred\u001b[0m'] };
const shown = { rows: ['a', 'red'] };

describe('a result with a schema, in the answers of tools', () => {
  it('should be data, and not told twice', async () => {
    const { tools } = setUp(() => [line('at work'), result(found)]);
    const started = await call(tools.delegate_task_async, { goal: 'find' });
    const { task_id } = started;
    expect(started).toMatchObject({ result: shown, status: 'completed' });
    const answers = [
      started, await call(tools.collect_task, { task_id }), await call(tools.check_task, { task_id }),
      await call(tools.delegate_task, { goal: 'find' }),
    ];
    for (const answer of answers) {
      expect(answer['result']).toEqual(shown);
      expect(answer).not.toHaveProperty('summary');
    }
    const { ended } = await call(tools.wait_for_tasks, { task_ids: [task_id] }) as unknown as { ended: readonly object[] };
    expect(ended).toMatchObject([{ result: shown }]);
    expect(ended[0]).not.toHaveProperty('summary');
  });

  it('should be data in what an inbox tells', async () => {
    const { session, tools } = setUp(async () => found, { inbox: true });
    await call(tools.delegate_task_async, { goal: 'find' });
    await turns();
    const batch = createInbox(session).lease()!;
    expect(batch.completions).toMatchObject([{ result: shown }]);
    expect(batch.text).toContain('"result":{"rows":["a","red"]}');
    expect(batch.text).not.toContain('summary');
  });

  it('should be a text where it is one', async () => {
    const session = createSession();
    const agents = { finder: { agent: () => result('red\u0007'), description: 'Finds.', resultSchema: z.string() } };
    const { delegate_task } = createToolset(session, { agents });
    expect(await call(delegate_task, { goal: 'find' })).toMatchObject({ result: 'red' });
  });

  it('should be a summary that says so where it does not fit', async () => {
    const { tools } = setUp(() => ({ rows: Array.from({ length: 5_000 }, (_, n) => `row ${n}`) }));
    const answer = await call(tools.delegate_task, { goal: 'find' });
    expect(answer).toMatchObject({
      truncated: true, message: 'The result does not fit here, so its summary is cut. Where you need the rest, ask its agent for a part.',
    });
    expect(answer).not.toHaveProperty('result');
    expect(String(answer['summary']).length).toBeLessThanOrEqual(24_000);
  });

  it('should be refused with what was wrong, and what it was', async () => {
    const { tools } = setUp(() => ({ rows: [1] }));
    expect(await call(tools.delegate_task, { goal: 'find' })).toMatchObject({
      ok: true, status: 'failed', code: 'invalid_result', partial: '{"rows":[1]}',
      error: '`result.rows.0` is not as it should be: Invalid input: expected string, received number.',
    });
  });

  it('should be the summary where JSON has no words for it', async () => {
    const session = createSession();
    const agents = { finder: { agent: () => Symbol('odd'), description: 'Finds.', resultSchema: z.symbol() } };
    expect(await call(createToolset(session, { agents }).delegate_task, { goal: 'find' })).toMatchObject({ summary: 'Symbol(odd)' });
  });
});

describe('the lines of a collect', () => {
  const setUpLines = async () => {
    const session = createSession({ windowLines: 10 });
    const agent = () => [...Array.from({ length: 25 }, (_, n) => `line ${n}`), result('done')];
    const { delegate_task_async, collect_task } = createToolset(session, { agents: { printer: { agent, description: 'Prints.' } } });
    const { task_id } = await call(delegate_task_async, { goal: 'print' });
    return (input: object) => call(collect_task, { task_id, ...input });
  };

  it('should begin at an offset among all lines there ever were', async () => {
    const collect = await setUpLines();
    expect(await collect({ offset: 20, lines: 3 })).toMatchObject({ offset: 20, output: 'line 20\nline 21\nline 22', dropped_lines: 15 });
    expect(await collect({ offset: 23 })).toMatchObject({ offset: 23, output: 'line 23\nline 24' });
    expect(await collect({ offset: 25 })).toMatchObject({ offset: 25, output: '' });
    expect(await collect({ offset: 20, lines: 0 })).toMatchObject({ offset: 20, output: '' });
  });

  it('should begin with the first that the window still has, and say which that is', async () => {
    const collect = await setUpLines();
    expect(await collect({ offset: 0, lines: 2 })).toMatchObject({ offset: 15, output: 'line 15\nline 16' });
  });

  it('should not tell the result again with each page, and never leave it untold', async () => {
    const session = createSession();
    const { collect_task } = createToolset(session, { agents: { idle: () => ['a'] } });
    const { id: task_id } = session.delegate(() => ['a', result('done')], { goal: 'print' });
    expect(await call(collect_task, { task_id, offset: 0 })).toMatchObject({ summary: 'done' });
    expect(await call(collect_task, { task_id, offset: 0 })).not.toHaveProperty('summary');
    expect(await call(collect_task, { task_id })).toMatchObject({ summary: 'done' });
  });

  it.each([-1, 1.5, '3'])('should refuse the offset %p', async (offset) => {
    const collect = await setUpLines();
    expect(await collect({ offset })).toMatchObject({
      ok: false, code: 'invalid_argument', error: expect.stringContaining('Expected `offset` to be a whole number from 0, got'),
    });
  });
});
