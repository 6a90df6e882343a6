import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, EMPTY, firstValueFrom, NEVER, of, Subject, switchMap, throwError, timer, type Subscription } from 'rxjs';
import {
  createSession, fromAsync, run, type AgentContext, type DelegateOptions, type Delegator, type Task, type TaskEvent, type WaitingFor,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { timesLawRuns } from '../support/laws/play.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'wait' };
const why = { reason: 'a pause' };
const DAY = 86_400_000;

/** A child that prints and waits when a test says so. */
interface Waiter {
  readonly task: Task;
  readonly context: AgentContext;
  readonly print: (text: string) => void;
  readonly wait: (how?: WaitingFor) => Subscription;
}

function waiter({ delegate }: Pick<Delegator, 'delegate'>, options?: DelegateOptions): Waiter {
  const output = new Subject<string>();
  let context!: AgentContext;
  const task = delegate((_brief, _steering, given) => {
    context = given;
    return output;
  }, brief, options);
  return {
    task, context,
    print: (text) => { output.next(text); },
    wait: (how = why) => context.waitFor(how, NEVER).subscribe(),
  };
}

const told = (task: Task): readonly unknown[] => watch(task.events as never)
  .map((event) => event as TaskEvent)
  .flatMap((event) => event.type === 'waiting' ? [event.reason] : event.type === 'resumed' ? ['on'] : []);

const open = (scheduler: { readonly actions: readonly { readonly closed: boolean }[] }): number =>
  scheduler.actions.filter(({ closed }) => !closed).length;

describe('waitFor', () => {
  it('should hand its source on, and let the task read waiting until that is over', () => {
    marbles(({ session, cold, expectObservable, expectSubscriptions }) => {
      const pause = '        ---a--|       ';
      const pauseSubs = '    --^-----!     ';
      const expected = '     s-W--a--(Rbc) ';
      const source = cold(pause);
      const task = session.delegate(
        (_brief, _steering, { waitFor }) => concat(cold('--|'), waitFor(why, source), ['b', 'c'], NEVER), brief,
      );
      expectObservable(letters(task.events)).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(pauseSubs);
    });
  });

  it('should end with its subscription, and with the task, of which nothing is said any more', () => {
    marbles(({ session, cold, at, expectObservable, expectSubscriptions }) => {
      const steps = '     --a-b-c--   ';
      const cancels = '   --------x   ';
      const firstSubs = ' --^-!       ';
      const thirdSubs = ' ------^-!   ';
      const expected = '  s-W-R-W-(X|)';
      const pauses: Record<string, ReturnType<typeof cold<string>>> = { a: cold('-'), c: cold('-') };
      const task = session.delegate((_brief, _steering, { waitFor }) => cold(steps).pipe(
        switchMap((step) => step === 'b' ? EMPTY : waitFor(why, pauses[step]!)),
      ), brief);
      at(cancels, () => { task.cancel(); });
      expectSubscriptions(pauses['a']!.subscriptions).toBe(firstSubs);
      expectSubscriptions(pauses['c']!.subscriptions).toBe(thirdSubs);
      expectObservable(letters(task.events)).toBe(expected);
    });
  });

  it('should pass an error on, and wait no more', () => {
    const { task, context } = waiter(createSession());
    expect(watch(context.waitFor(why, throwError(() => new Error('broken'))))).toEqual(['#']);
    expect(told(task)).toEqual(['a pause', 'on']);
    expect(task.snapshot().waitingFor).toBeUndefined();
  });

  it('should be seen in the snapshot and in the events, with the time of its end where that is known', () => {
    const { task, wait } = waiter(createSession());
    const waiting = wait({ reason: 'the provider asks for it', until: 5_000 });
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: 'the provider asks for it', until: 5_000 } });
    expect(watch(task.events).at(-1)).toMatchObject({ type: 'waiting', reason: 'the provider asks for it', until: 5_000 });
    waiting.unsubscribe();
    expect(task.snapshot().waitingFor).toBeUndefined();
    const again = wait();
    task.cancel();
    expect(task.snapshot().waitingFor).toBeUndefined();
    again.unsubscribe();
    expect(watch(task.events).slice(-2)).toMatchObject([{ type: 'cancelled' }, '|']);
  });

  it('should show the latest of several, and go on when the last is over', () => {
    const { scheduler, advance } = createVirtualTime();
    const { task, wait } = waiter(createSession({ scheduler }), { deadline: 10 });
    const [one, two, three] = ['one', 'two', 'three'].map((reason) => wait({ reason }));
    one!.unsubscribe();
    three!.unsubscribe();
    advance(100);
    expect(task.snapshot().waitingFor).toEqual({ reason: 'two' });
    two!.unsubscribe();
    two!.unsubscribe();
    expect(told(task)).toEqual(['one', 'two', 'three', 'two', 'on']);
    advance(9);
    expect(task.status).toBe('running');
    advance(1);
    expect(task.status).toBe('failed');
  });

  it('should leave no timer armed for three days, and let the clocks go on where they stood', () => {
    const { scheduler, advance } = createVirtualTime();
    const { task, wait } = waiter(createSession({ scheduler }), { deadline: 1_000, idleTimeout: 500 });
    advance(300);
    const waiting = wait();
    expect(open(scheduler)).toBe(0);
    advance(3 * DAY);
    expect(task.status).toBe('running');
    waiting.unsubscribe();
    advance(199);
    expect(task.status).toBe('running');
    advance(1);
    expect(task.outcome).toMatchObject({ at: 3 * DAY + 500, error: { code: 'stalled' } });
    expect(task.snapshot().elapsed).toBe(3 * DAY + 500);
  });

  it('should keep a parent from taking it for a hang, during it and right behind it', () => {
    const { scheduler, advance } = createVirtualTime();
    const parent = waiter(createSession({ scheduler }), { idleTimeout: 1_000 });
    const child = waiter(waiter(parent.context).context);
    advance(500);
    const waiting = child.wait();
    advance(DAY / 100);
    expect(parent.task.status).toBe('running');
    waiting.unsubscribe();
    advance(999);
    expect(parent.task.status).toBe('running');
    advance(1);
    expect(parent.task.outcome).toMatchObject({ error: { code: 'stalled' } });
  });

  it('should let a task that waits be steered and cancelled, also by who is told of it', () => {
    const session = createSession();
    const { task, context, wait } = waiter(session);
    wait();
    task.steer('hurry');
    expect(context.takeSteering()).toEqual(['hurry']);
    session.events.subscribe((event) => { if (event.type === 'waiting') task.cancel(); });
    const other = watch(context.waitFor(why, NEVER));
    expect([task.status, other]).toEqual(['cancelled', []]);
    expect(watch(context.waitFor(why, of('late')))).toEqual(['late', '|']);
    expect(watch(task.events).slice(-3)).toMatchObject([{ type: 'waiting' }, { type: 'cancelled' }, '|']);
  });

  it('should redact and cut its reason', () => {
    const { task, wait } = waiter(createSession({ redact: (text) => text.replaceAll('secret', '***') }));
    wait({ reason: `secret ${'x'.repeat(1_000)}` });
    expect(task.snapshot().waitingFor?.reason).toMatch(/^\*\*\* x+… \[\+\d+\]$/);
    expect(task.snapshot().waitingFor?.reason.length).toBeLessThanOrEqual(500);
  });

  it('should be the source and nothing else where there is no session', async () => {
    const agent = fromAsync(async (_brief, { waitFor }) => firstValueFrom(waitFor(why, timer(1))));
    expect(await firstValueFrom(run(agent, brief))).toEqual({ type: 'result', value: 0 });
  });

  it.each<[unknown, unknown, string]>([
    [{}, NEVER, 'Expected `reason` to be a string that is not blank, got undefined.'],
    [{ reason: ' ' }, NEVER, 'Expected `reason` to be a string that is not blank, got " ".'],
    [{ reason: 'a', until: NaN }, NEVER, 'Expected `until` to be a number of milliseconds since 1970, got NaN.'],
    [{ reason: 'a', for: 5 }, NEVER, 'Unknown field `for` in what is waited for. Expected: reason, until.'],
    [null, NEVER, 'Expected `what is waited for` to be an object, got null.'],
    [why, 'abc', 'Expected `source` to be a task or another stream, got "abc".'],
  ])('should refuse %p, %p', (how, source, message) => {
    const { task, context } = waiter(createSession());
    expect(caught(() => context.waitFor(how as WaitingFor, source as never))).toMatchObject({ code: 'invalid_argument', message });
    expect(told(task)).toEqual([]);
  });

  it('should count just the time in which it did not wait, on random schedules', () => {
    const moves = fc.array(fc.oneof(
      fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 30 }) }),
      fc.record({ do: fc.constantFrom('wait' as const, 'print' as const), ms: fc.constant(0) }),
      fc.record({ do: fc.constant('resume' as const), ms: fc.nat({ max: 5 }) }),
    ), { maxLength: 30 });
    const limit = fc.integer({ min: 1, max: 80 });
    fc.assert(fc.property(moves, limit, limit, (all, deadline, idleTimeout) => {
      const { scheduler, advance } = createVirtualTime();
      const { task, print, wait } = waiter(createSession({ scheduler }), { deadline, idleTimeout });
      const waits: Subscription[] = [];
      const model = { ran: 0, silent: 0, now: 0, end: undefined as string | undefined };
      for (const move of all) {
        if (move.do === 'advance') {
          for (let n = 0; n < move.ms && model.end === undefined; n++) {
            model.now += 1;
            if (waits.length > 0) continue;
            model.ran += 1;
            model.silent += 1;
            if (model.ran >= deadline) model.end = `${model.now} deadline_exceeded`;
            else if (model.silent >= idleTimeout) model.end = `${model.now} stalled`;
          }
          advance(move.ms);
        } else if (model.end !== undefined) {
          continue;
        } else if (move.do === 'print') {
          model.silent = 0;
          print('a');
        } else if (move.do === 'wait') {
          waits.push(wait());
        } else {
          waits.splice(move.ms % Math.max(1, waits.length), 1)[0]?.unsubscribe();
        }
        const { outcome } = task;
        expect(outcome?.type === 'failed' ? `${outcome.at} ${outcome.error.code}` : undefined).toBe(model.end);
        expect(task.snapshot().waitingFor !== undefined).toBe(waits.length > 0);
        if (waits.length > 0 || model.end !== undefined) expect(open(scheduler)).toBe(0);
      }
      task.cancel();
    }), { numRuns: timesLawRuns(400) });
  });
});
