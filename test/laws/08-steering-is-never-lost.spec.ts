import { describe, expect, it } from '@jest/globals';
import { filter, map, NEVER, Observable, Subject, switchMap, tap } from 'rxjs';
import { createSession, step, type Agent, type AgentOutput, type SteeringReceipt, type Task } from '../../src/index.js';
import { steeringIsKept } from '../support/laws/checks/steeringIsKept.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { onRandomSchedules, play } from '../support/laws/play.js';

describe('law 8: a steering message is never lost in silence', () => {
  const listener = (got: string[]): Agent => (_brief, steering) => steering.pipe(tap((text) => got.push(text)), switchMap(() => NEVER));
  const finalOf = (receipt: SteeringReceipt): string => {
    const finals: string[] = [];
    receipt.settled.subscribe(({ state, reason }) => finals.push(`${state} ${reason ?? ''}`.trim()));
    return finals.join(' and ') || 'open';
  };

  it('should reach an agent that listens at once, and one that comes later when it comes', () => {
    marbles(({ session, cold, hot, expectObservable }) => {
      const messages = '  ----a-----b---------c    ';
      const echoes = '    s---(Da)--(Db)------(Dc) ';
      const listens = '   --------------x          ';
      const later = '     s---Q-----Q---(DaDb)(Dc) ';
      const hints = hot(messages);
      const atOnce = session.delegate((_brief, steering) => steering, { goal: 'echo' });
      const waiting = session.delegate((_brief, steering) => cold(listens).pipe(switchMap(() => steering)), { goal: 'echo later' });
      hints.subscribe(atOnce.steering);
      hints.subscribe(waiting.steering);

      expectObservable(letters(atOnce.events)).toBe(echoes);
      expectObservable(letters(waiting.events)).toBe(later);
    });
  });

  it('should call delivered what an agent handed on, when that has worked, and missed what it could not', () => {
    marbles(({ session, cold, hot, expectObservable }) => {
      const messages = '   ab---c----';
      const handing = '    ---|      ';
      const cannot = '     ---#      ';
      const told = '       AB-C-ED--F';
      const task = session.delegate((_brief, _steering, { deliverSteering }) => {
        deliverSteering((text) => cold(text === 'b' ? cannot : handing));
        return NEVER;
      }, { goal: 'hand on' });
      hot(messages).subscribe(task.steering);
      const states = task.events.pipe(
        filter((event) => event.type === 'steered'), map(({ text, state, reason = '' }) => `${text} ${state} ${reason}`.trim()));
      expectObservable(states).toBe(told, {
        A: 'a queued', B: 'b queued', C: 'a delivered', D: 'b missed refused', E: 'c queued', F: 'c delivered',
      });
    });
  });

  it('should call delivered each of several on their way when that one has arrived, and missed what the end finds there', () => {
    marbles(({ session, cold, hot, expectObservable }) => {
      const messages = 'abc----------';
      const ways = { a: '  -----------|', b: ' -----|', c: ' -----#' };
      const child = '   ---------|';
      const told = '    ABC---DE-(F|)';
      const task = session.delegate((_brief, _steering, { deliverSteering }) => {
        deliverSteering((text) => cold(ways[text as 'a'].trim()), { concurrency: Infinity });
        return cold(child.trim());
      }, { goal: 'hand on' });
      hot(messages).subscribe(task.steering);
      const states = task.events.pipe(
        filter((event) => event.type === 'steered'), map(({ text, state, reason = '' }) => `${text} ${state} ${reason}`.trim()));
      expectObservable(states).toBe(told, {
        A: 'a queued', B: 'b queued', C: 'c queued', D: 'b delivered', E: 'c missed refused', F: 'a missed failed',
      });
    });
  });

  it.each<[string, Agent, { readonly steerable?: boolean }]>([
    ['the agent says so itself', Object.assign(() => NEVER, { steerable: false }) as Agent, {}],
    ['whoever starts it says so', () => NEVER, { steerable: false }],
  ])('should refuse at once, in code too, what nobody listens to: %s', (_, agent, options) => {
    const session = createSession({ maxRunning: 1, overflow: 'queue' });
    const tasks = [session.delegate(agent, { goal: 'be deaf' }, options), session.delegate(agent, { goal: 'wait' }, options)];
    for (const task of tasks) {
      const receipt = task.steer('left');
      expect(receipt).toMatchObject({
        state: 'missed', reason: 'not_steerable', error: { code: 'not_steerable', message: expect.stringContaining('does not listen') },
      });
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 0 });
    }
    expect(tasks[0]!.steer(' ').reason).toBe('invalid_argument');
    tasks[0]!.cancel();
    expect(tasks[0]!.steer('left').reason).toBe('not_running');
  });

  it('should believe whoever starts an agent more than the agent', () => {
    const deaf: Agent = Object.assign(() => NEVER, { steerable: false });
    const task = createSession().delegate(deaf, { goal: 'listen' }, { steerable: true });
    expect(task.steer('left').state).toBe('queued');
  });

  it.each([0, -1, 1.5, '2', null])('should refuse to hand over %j at once', (concurrency) => {
    let thrown: unknown;
    createSession().delegate((_brief, _steering, { deliverSteering }) => {
      try {
        deliverSteering(() => NEVER, { concurrency: concurrency as number });
      } catch (error) {
        thrown = error;
      }
      return NEVER;
    }, { goal: 'hand on' });
    const message = expect.stringContaining('`concurrency` to be a whole number from 1') as unknown;
    expect(thrown).toMatchObject({ code: 'invalid_argument', message });
  });

  it('should say in the receipt and the event after how many steps it was delivered', () => {
    const steps = new Subject<string | AgentOutput>();
    let take!: () => readonly string[];
    const task = createSession().delegate((_brief, _steering, { takeSteering }) => {
      take = takeSteering;
      return steps;
    }, { goal: 'work in steps' });
    const settled = (receipt: SteeringReceipt) => {
      const finals: SteeringReceipt[] = [];
      receipt.settled.subscribe((final) => finals.push(final));
      return finals;
    };
    const told: unknown[] = [];
    task.events.subscribe((event) => { if (event.type === 'steered' && event.state !== 'queued') told.push(event.step); });
    const first = settled(task.steer('before any'));
    take();
    const second = settled(task.steer('after two'));
    steps.next(step());
    steps.next(step());
    take();
    const third = settled(task.steer('too late'));
    steps.complete();

    expect([first, second, third].map(([final]) => final?.step)).toEqual([undefined, 2, undefined]);
    expect(told).toEqual([undefined, 2, undefined]);
  });

  it('should call delivered only what the agent was really given', () => {
    const got: string[] = [];
    const task = createSession().delegate(listener(got), { goal: 'listen' });
    // The news of the delivery must not overtake the delivery.
    task.events.subscribe((event) => { if (event.type === 'steered') task.cancel(); });
    const receipt = task.steer('left');

    expect(finalOf(receipt) === 'delivered').toBe(got.length === 1);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: got.length, missed: 1 - got.length });
  });

  it('should call delivered only what was given, also where the receipt makes somebody cancel', () => {
    const got: string[] = [];
    const listens = new Subject<void>();
    const agent: Agent = (_brief, steering) => listens.pipe(switchMap(() => steering), tap((text) => got.push(text)));
    const task = createSession().delegate(agent, { goal: 'listen later' });
    const receipt = task.steer('left');
    receipt.settled.subscribe(() => task.cancel());
    listens.next();

    expect(finalOf(receipt) === 'delivered').toBe(got.length === 1);
  });

  it.each<[string, (task: Task, child: Subject<string>) => void, string]>([
    ['completes', (_, child) => { child.complete(); }, 'missed completed'],
    ['fails', (_, child) => { child.error(new Error('boom')); }, 'missed failed'],
    ['is cancelled', (task) => { task.cancel(); }, 'missed cancelled'],
  ])('should miss what waits when the task %s', (_, end, expected) => {
    const child = new Subject<string>();
    const task = createSession().delegate(() => child, { goal: 'be deaf' });
    const receipts = ['a', 'b'].map((text) => task.steer(text));
    child.next('a line');
    expect(receipts.map(finalOf)).toEqual(['open', 'open']);
    end(task, child);

    expect(receipts.map(finalOf)).toEqual([expected, expected]);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 2 });
  });

  it('should keep the messages to a task that waits until it runs', () => {
    const session = createSession({ maxRunning: 1, overflow: 'queue' });
    const got: string[] = [];
    const first = session.delegate(() => NEVER, { goal: 'block' });
    const second = session.delegate(listener(got), { goal: 'listen' });
    const receipt = second.steer('left');
    expect([receipt.state, got]).toEqual(['queued', []]);
    first.cancel();

    expect([finalOf(receipt), got]).toEqual(['delivered', ['left']]);
  });

  it('should refuse in the receipt and count no refusal', () => {
    const task = createSession({ mailboxSize: 1, messageLength: 4 }).delegate(() => NEVER, { goal: 'be deaf' });
    const taken = task.steer('a', { id: 'a' });
    const full = task.steer('b', { id: 'b' });
    const blank = task.steer(' ');
    const long = task.steer('12345');

    expect([taken.state, taken.reason]).toEqual(['queued', undefined]);
    expect([full, blank, long].map(finalOf)).toEqual(['missed mailbox_full', 'missed invalid_argument', 'missed invalid_argument']);
    expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 0, missed: 0 });
    task.cancel();
    expect([task.steer('c').reason, task.steer('again', { id: 'a' }).reason]).toEqual(['not_running', 'cancelled']);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 1 });
  });

  it('should send a message once however often its id comes, and let a refused id be tried again', () => {
    const got: string[] = [];
    let take = (): readonly string[] => [];
    const task = createSession({ mailboxSize: 1 }).delegate((_brief, _steering, context) => {
      take = context.takeSteering;
      return NEVER;
    }, { goal: 'take' });
    expect(task.steer('a', { id: 'x' }).state).toBe('queued');
    expect(task.steer('a', { id: 'x' }).state).toBe('queued');
    expect(task.steer('b', { id: 'y' }).reason).toBe('mailbox_full');
    got.push(...take());
    expect(task.steer('a', { id: 'x' }).state).toBe('delivered');
    expect(task.steer('b', { id: 'y' }).state).toBe('queued');
    got.push(...take());

    expect(got).toEqual(['a', 'b']);
  });

  it('should keep the order when an agent steers itself from inside a message', () => {
    const got: string[] = [];
    const session = createSession({ generateId: (name) => name });
    const task = session.delegate((_brief, steering) => new Observable<string>(() => steering.subscribe((text) => {
      got.push(`${text} begins`);
      if (text === 'a') task.steer('b');
      got.push(`${text} is over`);
    })), { goal: 'echo' }, { name: 'one' });
    task.steer('a');

    expect(got).toEqual(['a begins', 'a is over', 'b begins', 'b is over']);
    expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
  });

  onRandomSchedules('should hold', { steer: 10, observe: 8, cancel: 4 }, 500, (history) => play(history, [steeringIsKept]));
});
