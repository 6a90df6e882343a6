import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import {
  createSession, line, result, step, text, tool, usage, type AgentContext, type AgentOutput, type DelegateOptions, type Session,
  type SessionOptions, type Task, type WrapUp,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'come to an end' };
const message = 'Answer with what you have.';

const warnings = (task: Task): readonly unknown[] => watch(task.events)
  .flatMap((event) => typeof event !== 'string' && event.type === 'warning' ? [`${event.at} ${event.code}: ${event.message}`] : []);

function child(session: Session, options?: DelegateOptions) {
  const output = new Subject<AgentOutput | string>();
  const heard: string[] = [];
  let context!: AgentContext;
  const task = session.delegate((_brief, steering, given) => {
    context = given;
    steering.subscribe((words) => { heard.push(words); });
    return output;
  }, brief, options);
  return { task, output, heard, context };
}

describe('wrapUp', () => {
  it('should warn once before the deadline, whatever the child says to it', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions, flush }) => {
      const works = '   --a-b-------c   ';
      const subs = '    ^---------!     ';
      const expected = 's-a-b-(wD)(F|)  ';
      const source = cold(works);
      const heard: string[] = [];
      const task = session.delegate((_brief, steering) => {
        steering.subscribe((words) => { heard.push(words); });
        return source;
      }, brief, { deadline: 10, wrapUp: { before: 4, message } });
      expectObservable(letters(task.events)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
      flush();
      expect(heard).toEqual([message]);
      expect(task.outcome).toMatchObject({ error: { code: 'deadline_exceeded' }, partial: 'b' });
    });
  });

  it('should warn once in each silence before it is too long, in place of the warning at 80 %', () => {
    const { scheduler, advance } = createVirtualTime();
    const { task, output, heard } = child(createSession({ scheduler }), { idleTimeout: 100, wrapUp: { before: 60, message } });
    advance(99);
    output.next('a');
    advance(39);
    expect(heard).toEqual([message]);
    advance(60);
    output.next('b');
    expect(heard).toEqual([message, message]);
    advance(100);
    expect(task.outcome).toMatchObject({ at: 298, error: { code: 'stalled' }, partial: 'b' });
    expect(warnings(task)).toEqual([40, 139, 238].map(
      (at) => `${at} idle: The task has put nothing out for 40 ms; at 100 ms it fails as stalled.`,
    ));
  });

  it('should tell the slow from the stuck: one is near its deadline, the other silent', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, deadline: 100, idleTimeout: 50 });
    const [slow, stuck] = [1, 2].map(() => child(session, { wrapUp: { before: 10, message } }));
    for (let n = 0; n < 10; n++) {
      advance(9);
      slow!.output.next('on my way');
    }
    expect(warnings(stuck!.task)).toEqual(['40 idle: The task has put nothing out for 40 ms; at 50 ms it fails as stalled.']);
    advance(9);
    expect(warnings(slow!.task)).toEqual(['90 deadline: The task has 10 ms left; then it fails as deadline_exceeded.']);
    slow!.output.next(result('all that there is'));
    slow!.output.complete();
    expect(slow!.task.outcome).toMatchObject({ type: 'completed', result: 'all that there is' });
    expect([slow!.heard, stuck!.heard]).toEqual([[message], [message]]);
  });

  it('should not come while the task waits, nor a second time behind that', () => {
    const { scheduler, advance } = createVirtualTime();
    const { task, context, heard } = child(createSession({ scheduler }), { deadline: 100, wrapUp: { before: 50, message } });
    advance(40);
    const waiting = context.waitFor({ reason: 'a pause' }, new Subject()).subscribe();
    advance(1_000);
    waiting.unsubscribe();
    expect(heard).toEqual([]);
    advance(10);
    expect(warnings(task)).toEqual(['1050 deadline: The task has 50 ms left; then it fails as deadline_exceeded.']);
    context.waitFor({ reason: 'a pause' }, new Subject()).subscribe().unsubscribe();
    advance(49);
    expect(heard).toEqual([message]);
    expect(task.status).toBe('running');
    advance(1);
    expect(task.outcome).toMatchObject({ at: 1_100 });
  });

  it('should go by the limits of the session where the task has none of its own, and leave no timer', () => {
    const { scheduler, advance } = createVirtualTime();
    const { task, heard } = child(createSession({ scheduler, deadline: 100 }), { wrapUp: { before: 10, message } });
    advance(90);
    expect(heard).toEqual([message]);
    task.cancel();
    expect(scheduler.actions.filter(({ closed }) => !closed)).toEqual([]);
  });

  it.each<[WrapUp | null, Omit<DelegateOptions, 'wrapUp'>, SessionOptions, string]>([
    [{ before: 10, message }, { deadline: 10 }, {}, 'Expected `wrapUp.before` to be less than the deadline of 10 ms, got 10.'],
    [{ before: 10, message }, {}, { deadline: 5 }, 'Expected `wrapUp.before` to be less than the deadline of 5 ms, got 10.'],
    [{ before: 10, message }, { deadline: 20, idleTimeout: 9 }, {},
      'Expected `wrapUp.before` to be less than the idleTimeout of 9 ms, got 10.'],
    [{ before: 10, message: ' ' }, { deadline: 20 }, {}, 'Expected `wrapUp.message` to be a string that is not blank, got " ".'],
    [{ before: 10, message: 'too long' }, { deadline: 20 }, { messageLength: 5 },
      'Expected `wrapUp.message` to be a string of 1 to 5 characters that is not blank, got "too long".'],
    [{ before: 10 } as WrapUp, { deadline: 20 }, {},
      'Expected `wrapUp.message` to be a string of 1 to 16384 characters that is not blank, got undefined.'],
    [{ before: 0, message }, { deadline: 20 }, {},
      'Expected `wrapUp.before` to be a number of milliseconds from 1 to 2147483647 (for no limit, leave it out), got 0.'],
    [{ after: 5, message } as never, { deadline: 20 }, {}, 'Unknown field `after` in wrapUp. Expected: before, message.'],
    [{ message }, { deadline: 20 }, {}, 'Expected a task with `wrapUp` to have a limit that it is warned of: a budget, or with '
      + '`wrapUp.before` a deadline or an idleTimeout.'],
    [{ before: 10, message }, {}, {}, 'Expected a task with `wrapUp` to have a limit that it is warned of: a budget, or with '
      + '`wrapUp.before` a deadline or an idleTimeout.'],
    [null, {}, {}, 'Expected `wrapUp` to be an object, got null.'],
  ])('should refuse %p of %p in %p', (wrapUp, options, limits, words) => {
    const session = createSession(limits);
    expect(caught(() => session.delegate(() => ['a'], brief, { ...options, wrapUp: wrapUp as WrapUp }))).toMatchObject({
      code: 'invalid_argument', message: words,
    });
    expect(session.list()).toEqual([]);
  });

  it.each<[string, DelegateOptions, SessionOptions]>([
    ['a budget of its own', { budget: { steps: 1 } }, {}], ['a budget of the session', {}, { budget: { steps: 1 } }],
  ])('should need no `before` beside %s', (_, options, limits) => {
    expect(createSession(limits).delegate(() => ['a'], brief, { ...options, wrapUp: { message } }).status).toBe('completed');
  });
});

describe('partial', () => {
  const endedBy = (limit: DelegateOptions, outputs: readonly (AgentOutput<unknown> | string)[], options?: SessionOptions): Task => {
    const { scheduler, advance } = createVirtualTime();
    const output = new Subject<AgentOutput | string>();
    const task = createSession({ scheduler, ...options }).delegate(() => output, brief, limit);
    for (const each of outputs) output.next(each as string);
    output.next(usage({ inputTokens: 10, outputTokens: 0 }));
    advance(10);
    return task;
  };
  const limits: readonly (readonly [string, DelegateOptions])[] = [
    ['budget_exceeded', { budget: { tokens: 9 } }], ['deadline_exceeded', { deadline: 10 }], ['stalled', { idleTimeout: 10 }],
  ];
  const cases: readonly (readonly [string, readonly (AgentOutput<unknown> | string)[], unknown])[] = [
    ['the last result', [result(1), result({ found: [3] }), 'printed later'], { found: [3] }],
    ['the last line that is not blank', ['a', line('b'), ' ', step(), tool('look', 'started'), tool('look', 'ended')], 'b'],
    ['the line in hand', ['a', text('half a l')], 'half a l'],
    ['undefined, where that was a result', [result(undefined)], undefined],
  ];
  it.each(limits.flatMap(([code, limit]) => cases.map(([what, outputs, partial]) => [code, what, limit, outputs, partial] as const)))(
    'should be at %s: %s', (code, _, limit, outputs, partial) => {
      const { outcome } = endedBy(limit, outputs);
      expect(outcome).toMatchObject({ type: 'failed', error: { code }, partial });
      expect(outcome).toHaveProperty('partial');
    },
  );

  it.each(limits)('should be missing at %s where there is nothing', (code, limit) => {
    const { outcome } = endedBy(limit, [' ', step()]);
    expect(outcome).toMatchObject({ type: 'failed', error: { code } });
    expect(outcome).not.toHaveProperty('partial');
  });

  it('should be missing where no limit has ended the task', () => {
    const session = createSession();
    const [failed, cancelled] = [child(session), child(session)];
    for (const { output } of [failed, cancelled]) output.next('a');
    failed.output.error(new Error('by itself'));
    cancelled.task.cancel();
    for (const { task } of [failed, cancelled]) expect(task.outcome).not.toHaveProperty('partial');
  });

  it('should be redacted as results are', () => {
    const redact = (words: string): string => words.replaceAll('secret', '***');
    expect(endedBy({ deadline: 10 }, [result({ key: 'secret' })], { redact }).outcome).toMatchObject({ partial: { key: '***' } });
    expect(endedBy({ deadline: 10 }, [text('the secret')], { redact }).outcome).toMatchObject({ partial: 'the ***' });
  });

  it('should be in the outcome that everybody is given, and the line in hand among the lines', () => {
    const task = endedBy({ deadline: 10 }, ['a', text('b')]);
    expect(task.snapshot().preview).toEqual(['a', 'b']);
    expect(watch(task.events).at(-2)).toBe(task.outcome);
    expect(Object.isFrozen(task.outcome)).toBe(true);
  });
});
