import { describe, expect, it } from '@jest/globals';
import { finalize, map, NEVER, Observable, of, Subject, type Subscriber } from 'rxjs';
import { createSession, isOutcome, type AgentContext, type Task, type TaskEvent } from '../../src/index.js';
import { watch } from '../support/watch.js';

/** What a child's teardown may do, after the child has said that it is done. */
interface Given { task: () => Task | undefined; controller: AbortController; context: () => AgentContext }
const TEARDOWNS: Record<string, (given: Given) => unknown> = {
  'aborts the signal that it was delegated with': ({ controller }) => { controller.abort(); },
  'cancels its own task': ({ task }) => task()?.cancel('in the teardown'),
  'steers its own task': ({ task }) => task()?.steer('in the teardown'),
  'delegates': ({ context }) => {
    try {
      context().delegate(() => NEVER, { goal: 'too late' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'not_running' });
    }
  },
};

describe('the first ending that is said wins', () => {
  it.each(Object.entries(TEARDOWNS))('should keep the result of a child whose teardown %s', (_, teardown) => {
    const controller = new AbortController();
    const output = new Subject<string>();
    let context!: AgentContext;
    const task: Task = createSession().delegate((_brief, _steering, given) => {
      context = given;
      return output.pipe(map((words) => words), finalize(() => { teardown({ task: () => task, controller, context: () => context }); }));
    }, { goal: 'answer' }, { signal: controller.signal });
    output.next('the result');
    output.complete();
    expect(task.snapshot().outcome).toMatchObject({ type: 'completed', result: 'the result' });
  });

  it('should keep what a child said inside its own subscribe, whatever comes before that is over', () => {
    const controller = new AbortController();
    const task = createSession().delegate(() => new Observable<string>((child) => {
      child.next('the result');
      child.complete();
      controller.abort();
      child.error(new Error('late'));
    }), { goal: 'answer' }, { signal: controller.signal });
    expect(task.snapshot()).toMatchObject({ outcome: { type: 'completed', result: 'the result' }, lateOutputs: 1 });
  });

  it('should give every outcome to every stream that is to have it, where a teardown closes the session', async () => {
    const session = createSession();
    const events = watch(session.events) as TaskEvent[];
    const other = session.delegate(() => NEVER, { goal: 'wait' });
    const output = new Subject<string>();
    const task = session.delegate(() => output.pipe(finalize(() => { void session.close(); })), { goal: 'answer' });
    output.next('the result');
    output.complete();
    const outcomes = events.filter((event) => typeof event === 'object' && isOutcome(event));
    expect(outcomes).toMatchObject([{ taskId: task.id, type: 'completed' }, { taskId: other.id, type: 'cancelled' }]);
    expect(events.at(-1)).toBe('|');
    await session.close();
  });

  it('should say the outcome of a child before that of its parent, where its teardown cancels the parent', () => {
    const session = createSession();
    const seen: string[] = [];
    session.events.subscribe((event) => { if (isOutcome(event)) seen.push(`${event.taskId} ${event.type}`); });
    const output = new Subject<string>();
    let child!: Task;
    const below: string[] = [];
    const parent: Task = session.delegate((_, _steering, context) => {
      context.events.subscribe({ next: (event) => { below.push(event.type); }, complete: () => { below.push('|'); } });
      child = context.delegate(() => output.pipe(finalize(() => { parent.cancel('by its child'); })), { goal: 'answer' });
      return NEVER;
    }, { goal: 'delegate' });
    output.next('the result');
    output.complete();
    expect(seen).toEqual([`${child.id} completed`, `${parent.id} cancelled`]);
    expect(below.slice(-2)).toEqual(['completed', '|']);
  });

  it('should read as it will end, from the decision on', () => {
    let status: string | undefined;
    let answer: boolean | undefined;
    const output = new Subject<string>();
    const task: Task = createSession().delegate(() => output.pipe(finalize(() => {
      status = task.snapshot().status;
      answer = task.cancel();
    })), { goal: 'answer' });
    output.next('the result');
    output.complete();
    expect([status, answer]).toEqual(['completed', false]);
  });

  it('should hold for a teardown that completes another', () => {
    const session = createSession();
    let other!: Subscriber<string>;
    const second = session.delegate(() => new Observable<string>((child) => { other = child; }), { goal: 'second' });
    const first = session.delegate(() => NEVER.pipe(finalize(() => {
      other.next('done');
      other.complete();
    })), { goal: 'first' });
    first.cancel();
    expect([first, second].map((task) => task.snapshot().outcome?.type)).toEqual(['cancelled', 'completed']);
    expect(watch(of(1).pipe(map(() => second.snapshot().status)))).toEqual(['completed', '|']);
  });

  it('should find a whole subtree closed where a teardown cancels what is ending already', async () => {
    const session = createSession();
    let isClosed = false;
    let seen: unknown;
    const parent = session.delegate((_, _steering, context) => {
      context.delegate(() => NEVER.pipe(finalize(() => { isClosed = true; })), { goal: 'be below' });
      return NEVER;
    }, { goal: 'delegate' });
    session.delegate(() => NEVER.pipe(finalize(() => { seen = [parent.cancel(), isClosed]; })), { goal: 'cancel it' });
    await session.close();
    expect(seen).toEqual([false, true]);
  });
});
