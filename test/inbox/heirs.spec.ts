import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject } from 'rxjs';
import { createSession, type Agent, type Task } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createToolset } from '../../src/tools/index.js';

/** A parent that starts these below it, and ends when it is told to. */
const setUp = (...children: readonly Agent[]) => {
  const session = createSession();
  const ends = new Subject<string>();
  const below: Task[] = [];
  const parent = session.delegate((_, __, context) => {
    for (const child of children) below.push(context.delegate(child, { goal: 'below' }, { name: 'child' }));
    return ends;
  }, { goal: 'above' }, { name: 'parent' });
  return { session, parent, below, ends, inbox: createInbox(session) };
};

describe('what a parent leaves unread', () => {
  it('should be told to the next place above that lives', () => {
    const { session, parent, below, ends, inbox } = setUp(() => ['done']);
    expect(inbox.waiting).toBe(0);
    ends.next('over');
    ends.complete();
    expect(session.unheard()).toEqual([below[0], parent]);
    expect(inbox.lease()!.completions.map(({ task_id }) => task_id)).toEqual([below[0]!.id, parent.id]);
  });

  it('should be told by the parent’s own ending, where it ended with that', async () => {
    const { session, parent, below, ends, inbox } = setUp(() => NEVER, () => NEVER);
    ends.next('over');
    ends.complete();
    expect(session.unheard()).toEqual([parent]);
    expect(inbox.lease()!.completions).toMatchObject([{ task_id: parent.id, ended_ids: [parent.id, ...below.map(({ id }) => id)] }]);
    const { collect_task } = createToolset(session, { agents: { worker: () => ['done'] } });
    expect(await collect_task.execute({ task_id: parent.id })).toMatchObject({ ended_ids: [parent.id, ...below.map(({ id }) => id)] });
    expect(below.map(({ isHeard }) => isHeard)).toEqual([true, true]);
  });

  it('should not be said of a task that ended alone', () => {
    const { parent, ends, inbox } = setUp();
    expect(parent.endedIds).toEqual([]);
    ends.next('over');
    ends.complete();
    expect(parent.endedIds).toEqual([parent.id]);
    expect(inbox.lease()!.completions[0]).not.toHaveProperty('ended_ids');
  });
});
