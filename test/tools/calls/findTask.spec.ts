import { describe, expect, it } from '@jest/globals';
import { createSession, type Delegator } from '../../../src/index.js';
import type { ToolAnswer, ToolName } from '../../../src/tools/index.js';
import { call } from '../support/call.js';
import { idle, nest, setUp, toolsetOf } from '../support/setUp.js';

const byId: readonly [ToolName, object][] = [
  ['check_task', {}], ['collect_task', { timeout: 0 }], ['steer_task', { message: 'left' }], ['cancel_task', {}],
];

/** What the tools that take an id answer for it; the same four times. */
async function ask(scope: Delegator, task_id: string): Promise<ToolAnswer> {
  const tools = toolsetOf(scope);
  const answers = [];
  for (const [name, more] of byId) answers.push(await call(tools[name], { ...more, task_id }));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  return answers[0]!;
}

const unknown = (shown: string, hint = 'Call list_tasks to see the ids.') =>
  ({ ok: false, error: `Task not found: ${shown}. ${hint}`, code: 'task_not_found' });

describe('a task id', () => {
  it.each([
    'nobody', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', 'null', '0', '../worker-1', 'a\tb', '日本', '$&', '%s',
  ])('that is unknown should be refused by every tool: %j', async (id) => {
    const { session } = setUp();

    expect(await ask(session, id)).toEqual(unknown(id));
  });

  it('should be found for what it is, also where it is a name of the language', async () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const ids = [...names];
    const { session, tools } = setUp({ generateId: () => ids.shift()! });
    for (const task_id of names) {
      session.delegate(idle, { goal: 'wait' }, { name: 'worker' });
      expect(await call(tools.check_task, { task_id })).toMatchObject({ ok: true, task_id, status: 'running' });
    }
  });

  it('that is long should be cut in the sentence', async () => {
    const { session } = setUp();

    expect(await ask(session, 'x'.repeat(80))).toEqual(unknown('x'.repeat(80)));
    expect(await ask(session, 'x'.repeat(1_000_000))).toEqual(unknown(`${'x'.repeat(80)}…`));
    expect(await ask(session, `${'x'.repeat(79)}😀`)).toEqual(unknown(`${'x'.repeat(79)}…`));
  });

  it('should be shown without what is hidden in it', async () => {
    const { session } = setUp();

    expect(await ask(session, 'a\u001b[31mb\u0000c\u202ed\u{e0041}e\ud800')).toEqual(unknown('abcde\ufffd'));
  });

  it('that is nearly right should be answered with the one that was meant', async () => {
    const { session, start } = setUp();
    start(idle, 'researcher');
    start(idle, 'writer');

    expect(await ask(session, 'reseacher-1')).toEqual(unknown('reseacher-1', 'Did you mean researcher-1?'));
    expect(await ask(session, 'writer_2')).toEqual(unknown('writer_2', 'Did you mean writer-2?'));
    expect(await ask(session, 'editor-1')).toEqual(unknown('editor-1'));
  });

  it('of another session should be unknown', async () => {
    const [one, other] = [createSession(), createSession()];
    const { id } = one.delegate(idle, { goal: 'wait' });

    expect(await ask(other, id)).toEqual(unknown(id));
    expect(one.get(id)?.snapshot().status).toBe('running');
    await one.close();
  });

  it('that was forgotten should be told from one that never was', async () => {
    const { session, start } = setUp({ retain: { count: 0 } });
    start(() => ['done']);
    await call(toolsetOf(session).check_task, { task_id: 'worker-1' });

    expect(await ask(session, 'worker-1')).toEqual({
      ok: false, error: 'Task worker-1 ended and was forgotten to make room. Collect tasks sooner, or start it again.', code: 'evicted',
    });
    expect(await ask(session, 'worker-2')).toEqual(unknown('worker-2'));
  });

  describe('in the scope of a child', () => {
    const family = () => {
      const { session, tools } = setUp({ retain: { count: 0 } });
      const parent = nest(session, 'parent');
      const me = nest(parent.context, 'me');
      const sibling = nest(parent.context, 'sibling');
      const niece = nest(sibling.context, 'niece');
      const child = nest(me.context, 'child');
      const grandchild = child.task;
      return { session, tools, parent, me, sibling, niece, child, grandchild };
    };

    it('should be found where it is below', async () => {
      const { me, child } = family();
      const tools = toolsetOf(me.context);

      expect(await call(tools.check_task, { task_id: child.task.id })).toMatchObject({ ok: true, status: 'running' });
      expect(await call(tools.steer_task, { task_id: child.task.id, message: 'left' })).toMatchObject({ ok: true });
      expect(await call(tools.collect_task, { task_id: child.task.id, timeout: 0 })).toMatchObject({ ok: true });
      expect(await call(tools.cancel_task, { task_id: child.task.id })).toMatchObject({ ok: true });
    });

    it('should be as unknown as one that never was where it is above, beside or itself, and untouched', async () => {
      const { me, parent, sibling, niece } = family();
      for (const { task } of [parent, me, sibling, niece]) {
        expect(await ask(me.context, task.id)).toEqual(unknown(task.id));
        expect(task.snapshot()).toMatchObject({ status: 'running', steering: { queued: 0, delivered: 0, missed: 0 } });
      }
    });

    it('should never be hinted at where it is not below', async () => {
      const { me, sibling } = family();

      expect(await ask(me.context, `${sibling.task.id.slice(0, -1)}9`)).toEqual(unknown('sibling-9'));
      expect(await ask(me.context, 'child-9')).toEqual(unknown('child-9', 'Did you mean child-5?'));
    });

    it('should be as unknown after it was forgotten', async () => {
      const { me, tools, niece, grandchild } = family();
      for (const task of [niece.task, grandchild]) {
        task.cancel();
        expect(await call(tools.check_task, { task_id: task.id })).toMatchObject({ ok: true, status: 'cancelled' });
        expect(await call(tools.check_task, { task_id: task.id })).toMatchObject({ code: 'evicted' });
      }

      expect(await ask(me.context, niece.task.id)).toEqual(unknown(niece.task.id));
      expect(await ask(me.context, grandchild.id)).toMatchObject({ code: 'evicted' });
    });

    it.each([
      'parent-1', 'me-2', 'sibling-3', 'niece-4', 'child-4', 'child-55', 'sibling-33', 'niece', 'zz-1', 'm-2',
    ])('should be answered as where nobody but its own child has ever been: %s', async (id) => {
      const { me } = family();
      const ids = ['me-2', 'child-5'];
      const { session: alone } = setUp({ generateId: () => ids.shift()! });
      const { context } = nest(alone);
      nest(context);

      expect(await ask(me.context, id)).toEqual(await ask(context, id));
    });
  });
});
