import { describe, expect, it } from '@jest/globals';
import { getEncoding } from 'js-tiktoken';
import type { AnyAgent } from '../../src/tools/index.js';
import { call } from './support/call.js';
import { createPuppet, idle, nest, setUp, toolsetOf } from './support/setUp.js';

interface Entry { readonly task_id: string; readonly goal: string }

const encoding = getEncoding('o200k_base');

describe('list_tasks', () => {
  it('should list nothing where there is nothing, with no input or an empty one', async () => {
    const { tools } = setUp();
    const empty = { ok: true, tasks: [], total: 0, running: 0, limit: 16 };

    expect(await call(tools.list_tasks)).toEqual(empty);
    expect(await call(tools.list_tasks, {})).toEqual(empty);
  });

  it('should list tasks of every status in the order of their start', async () => {
    const { tools, start, advance } = setUp({ maxRunning: 2, overflow: 'queue' });
    const { agent, output } = createPuppet();
    start(agent, 'searcher');
    start(idle, 'quitter').cancel();
    start(() => [], 'loser');
    start(() => ['done'], 'winner');
    start(idle);
    start(idle);
    output.next('one');
    output.next('two');
    advance(2_000);

    expect(await call(tools.list_tasks)).toEqual({
      ok: true,
      tasks: [
        { task_id: 'searcher-1', agent: 'searcher', goal: 'be a searcher', status: 'running', elapsed: 2, output_lines: 2 },
        { task_id: 'quitter-2', agent: 'quitter', goal: 'be a quitter', status: 'cancelled', elapsed: 0, output_lines: 0 },
        { task_id: 'loser-3', agent: 'loser', goal: 'be a loser', status: 'failed', elapsed: 0, output_lines: 0 },
        { task_id: 'winner-4', agent: 'winner', goal: 'be a winner', status: 'completed', elapsed: 0, output_lines: 1 },
        { task_id: 'worker-5', agent: 'worker', goal: 'be a worker', status: 'running', elapsed: 2, output_lines: 0 },
        { task_id: 'worker-6', agent: 'worker', goal: 'be a worker', status: 'queued', elapsed: 2, output_lines: 0 },
      ],
      total: 6,
      running: 2,
      limit: 2,
    });
  });

  it('should leave the limit out where there is none', async () => {
    expect(await call(setUp({ maxRunning: Infinity }).tools.list_tasks)).toEqual({ ok: true, tasks: [], total: 0, running: 0 });
  });

  it.each([
    ['x'.repeat(60), 'x'.repeat(60)],
    ['x'.repeat(61), `${'x'.repeat(59)}…`],
    ['x'.repeat(1_000_000), `${'x'.repeat(59)}…`],
    [`${'x'.repeat(58)}😀😀`, `${'x'.repeat(58)}…`],
    ['😀'.repeat(30), '😀'.repeat(30)],
    ['😀'.repeat(31), `${'😀'.repeat(29)}…`],
    ['\u001b[31mred\u001b[0m\u202e', 'red'],
    [`${'\u200b'.repeat(100)}seen`, 'seen'],
    ['two\nlines', 'two\nlines'],
  ])('should cut a goal at 60 characters that can be seen (case %#)', async (goal, shown) => {
    const { tools, session } = setUp();
    session.delegate(idle, { goal });
    const { tasks } = await call(tools.list_tasks) as unknown as { tasks: readonly Entry[] };

    expect(tasks[0]?.goal).toBe(shown);
  });

  it('should name the parents of what children started', async () => {
    const { tools, session } = setUp();
    const top = nest(session, 'top');
    const child = nest(top.context, 'child');
    nest(child.context, 'grandchild');

    expect(await call(tools.list_tasks)).toMatchObject({
      tasks: [{ task_id: 'top-1' }, { task_id: 'child-2', parent_id: 'top-1' }, { task_id: 'grandchild-3', parent_id: 'child-2' }],
      total: 3,
      running: 1,
    });
    expect(await call(tools.list_tasks)).not.toHaveProperty('tasks.0.parent_id');
  });

  it('should show a child its own subtree only, and the room in the generation below it', async () => {
    const { session } = setUp({ maxRunning: 5 });
    const top = nest(session, 'top');
    const other = nest(session, 'other');
    nest(top.context, 'child');
    nest(other.context, 'stranger');

    expect(await call(toolsetOf(top.context).list_tasks))
      .toMatchObject({ tasks: [{ task_id: 'child-3', parent_id: 'top-1' }], total: 1, running: 2, limit: 5 });
  });

  it.each([
    ['plain words', 'Look for every place in the code where a shared subject is reset'],
    ['another script', '共有された件名がリセットされるすべての場所をコードの中で探してください。'.repeat(2)],
    ['little words', 'x'],
  ])('should take at most 4 000 tokens however many there are, with those that live before those that ended last: %s', async (_, goal) => {
    const { tools, session } = setUp({ maxRunning: 600, retain: { unheard: Infinity } });
    const start = (agent: AnyAgent): void => { session.delegate(agent, { goal }, { name: 'researcher' }); };
    const listed = async () => {
      const answer = await call(tools.list_tasks) as unknown as { tasks: readonly Entry[]; total: number; left_out: number };
      expect(encoding.encode(JSON.stringify(answer)).length).toBeLessThanOrEqual(4_000);
      expect(answer.tasks.length + answer.left_out).toBe(answer.total);
      return answer.tasks.map(({ task_id }) => Number(task_id.split('-')[1]));
    };
    const upTo = (last: number, count: number) => Array.from({ length: count }, (_, n) => n + 1 + last - count);
    for (let n = 1; n <= 10; n++) start(idle);
    for (let n = 11; n <= 300; n++) start(() => ['done']);
    const first = await listed();
    expect(first.length).toBeGreaterThan(40);
    expect(first).toEqual([...upTo(10, 10), ...upTo(300, first.length - 10)]);

    for (let n = 301; n <= 500; n++) start(idle);
    const second = await listed();
    expect(second).toEqual(upTo(500, second.length));
  });

  it('should not be hearing of an end', async () => {
    const { tools, start } = setUp({ retain: { count: 0 } });
    start(() => ['done']);
    for (let n = 0; n < 3; n++) expect(await call(tools.list_tasks)).toMatchObject({ total: 1 });
  });

  it('should leave out what was forgotten', async () => {
    const { tools, start } = setUp({ retain: { count: 0 } });
    start(() => ['done']);
    await call(tools.check_task, { task_id: 'worker-1' });

    expect(await call(tools.list_tasks)).toMatchObject({ total: 0 });
  });

  it('should list what is kept after close', async () => {
    const { tools, start, session } = setUp();
    start(idle);
    await session.close();

    expect(await call(tools.list_tasks)).toMatchObject({ ok: true, tasks: [{ status: 'cancelled' }], running: 0 });
  });
});
