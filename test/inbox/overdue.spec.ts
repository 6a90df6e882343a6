import { describe, expect, it } from '@jest/globals';
import { createSession } from '../../src/index.js';
import { createInbox } from '../../src/inbox/index.js';
import { createVirtualTime } from '../support/virtualTime.js';

describe('overdue', () => {
  it('should hold one timer at most, however many tasks have ended', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, maxRunning: Infinity });
    const said: string[] = [];
    createInbox(session, { maxAge: 1_000 }).overdue.subscribe(({ task_id }) => said.push(task_id));
    const tasks = Array.from({ length: 20 }, () => session.delegate(() => ['done'], { goal: 'x' }));
    expect(scheduler.actions).toHaveLength(1);
    for (const task of tasks) task.events.subscribe();
    advance(1_000);
    expect([scheduler.actions.length, said]).toEqual([0, []]);
  });

  it('should say of what ends later, too, when it is due', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, generateId: (name) => name });
    const said: string[] = [];
    createInbox(session, { maxAge: 1_000 }).overdue.subscribe(({ task_id, waited }) => said.push(`${task_id} ${waited}`));
    session.delegate(() => ['done'], { goal: 'a' }, { name: 'a' });
    advance(600);
    session.delegate(() => ['done'], { goal: 'b' }, { name: 'b' });
    advance(400);
    expect(said).toEqual(['a 1']);
    advance(600);
    expect(said).toEqual(['a 1', 'b 1']);
  });

  it('should say for how long, in seconds, and what to do', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, generateId: (name) => name });
    const said: unknown[] = [];
    createInbox(session, { maxAge: 2_500 }).overdue.subscribe((overdue) => said.push(overdue));
    session.delegate(() => ['done'], { goal: 'a' }, { name: 'a' });
    advance(2_499);
    expect(said).toEqual([]);
    advance(1);
    expect(said).toEqual([{
      task_id: 'a', waited: 2.5,
      message: 'Task a ended 2.5 s ago and its parent was not told. Give it a boundary, or collect the task.',
    }]);
  });

  it('should keep no process alive', () => {
    const session = createSession();
    session.delegate(() => ['done'], { goal: 'a' });
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const subscription = createInbox(session).overdue.subscribe();
    // Timers that are let go are not among those that keep a process alive.
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
    subscription.unsubscribe();
  });
});
