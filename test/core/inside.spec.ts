import { describe, expect, it } from '@jest/globals';
import {
  catchError, concat, EMPTY, filter, firstValueFrom, lastValueFrom, map, merge, mergeMap, NEVER, Observable, of, race, retry, Subject,
  throwError, timeout, timer,
} from 'rxjs';
import {
  attempt, collect, createSession, fromAsync, InvalidArgumentError, line, NotRunningError, outcome, result, run, text, type Agent,
  type AgentContext, type AgentOutput, type Brief, type Scope, type SteeringMessage, type Task, type TaskEvent, usage,
} from '../../src/index.js';
import { retrying, through } from '../../src/compose/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { turns } from '../support/turns.js';
import { until } from '../support/until.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'act' };
type Steering = Observable<string>;

/** An agent that runs another one inside its task, as it is. */
const wrapped = (agent: Agent<unknown>): Agent<unknown> => (given, _steering, context) => context.run(agent, given);
const start = (agent: Agent<unknown>): Task => createSession().delegate(agent, brief);
const typesOf = (task: Task): string[] => watch(task.events).map((event) => {
  if (typeof event === 'string') return event;
  if (event.type === 'steered') return `${event.state} ${event.text}`;
  return event.type === 'line' ? event.text : event.type;
});

describe('context.run', () => {
  it('should run an agent inside the task, with its id, depth, brief, saved words, clock and children', () => {
    const seen: unknown[] = [];
    const session = createSession();
    const inner: Agent = (given, _steering, context) => {
      seen.push(context.taskId, context.depth, given, context.saved, context.scheduler);
      context.save('two');
      context.delegate(() => NEVER, { goal: 'help' }, { name: 'helper' });
      return ['inner'];
    };
    const task = session.delegate((given: Brief, _steering: Steering, context: AgentContext) => {
      context.save('one');
      return concat(context.run(inner, { goal: 'in' }), new Observable<string>((out) => {
        out.next(`${context.saved as string} ${context.list().map(({ agent, status }) => `${agent} ${status}`).join()}`);
      }));
    }, brief);
    expect(seen).toEqual([task.id, 1, { goal: 'in' }, 'one', expect.anything()]);
    expect(task.snapshot().preview).toEqual(['inner', 'two helper cancelled']);
    expect(session.list().map(({ parentId }) => parentId)).toEqual([undefined, task.id]);
  });

  it('should be stopped with its task in the same frame, and tell its signal the same reason', () => {
    marbles(({ session, cold, at, expectSubscriptions, expectObservable, flush }) => {
      const cancels = '  ----x  ';
      const source = '   --a----b';
      const closed = '   ^---!  ';
      const expected = ' s-a-X  ';
      const child = cold(source);
      const signals: AbortSignal[] = [];
      const inner: Agent = (_brief, _steering, { signal }) => {
        signals.push(signal);
        return child;
      };
      const task = session.delegate((given, _steering, context) => {
        signals.push(context.signal);
        return context.run(inner, given);
      }, brief);
      at(cancels, () => { task.cancel('enough'); });
      expectSubscriptions(child.subscriptions).toBe(closed);
      expectObservable(letters(task.events)).toBe(expected.trimEnd().replace('X', '(X|)'));
      flush();
      expect(signals[1]?.reason).toMatchObject({ code: 'cancelled', message: 'The task was cancelled: enough' });
      expect(signals[0]?.reason).toBe(signals[1]?.reason);
    });
  });

  it('should be stopped with a task that runs it beside its own work, whoever waits for it', async () => {
    let stopped = 0;
    const endless = () => new Observable<string>(() => () => { stopped += 1; });
    const heard: unknown[] = [];
    const waits = start(fromAsync(async (given, context) => { await lastValueFrom(context.run(endless, given)); }));
    const beside = start((given, _steering, context) => {
      context.run(endless, given).subscribe({ error: (reason: unknown) => heard.push(reason), complete: () => heard.push('|') });
      return ['own work'];
    });
    expect([stopped, heard, beside.status]).toEqual([1, [], 'completed']);
    waits.cancel();
    expect(stopped).toBe(2);
    expect(await lastValueFrom(waits.stopped)).toMatchObject({ stopped: true });
  });

  it('should be tried again in the same task: the attempts are counted, and nothing of the first is a result', () => {
    let tries = 0;
    const flaky: Agent = () => ++tries === 1
      ? concat(of(result('wrong'), text('half')), throwError(() => new Error('no luck')))
      : of(text('whole'));
    const task = start((given, _steering, context) => context.run(flaky, given).pipe(retry(1)));
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'whole', attempt: 2 });
    expect((watch(task.events) as TaskEvent[]).map(({ type, attempt: nth }) => type && `${type} ${nth}`).slice(0, -1))
      .toEqual(['started 1', 'line 1', 'attempt 2', 'line 2', 'completed 2']);
  });

  describe('steering', () => {
    const echo = (_brief: Brief, steering: Steering) => merge(of('ready'), steering.pipe(map((words) => `heard ${words}`)));

    it('should be the task’s own', () => {
      const bare = start(echo);
      const task = start(wrapped(wrapped(echo)));
      for (const one of [bare, task]) expect(one.steer('left').state).toBe('delivered');
      expect(typesOf(task)).toEqual(typesOf(bare));
    });

    it('should be delivered when the inner agent has taken it, through any number of hands', () => {
      const shout = (agent: Agent<unknown>): Agent<unknown> => (given, steering, context) =>
        context.run(agent, given, { steering: steering.pipe(map((words) => `${words}!`)) });
      let take: AgentContext['takeSteering'];
      const task = start(shout(wrapped(shout((_brief, _steering, context) => {
        take = context.takeSteering;
        return NEVER;
      }))));
      const receipt = task.steer('left');
      const settled = watch(receipt.settled);
      expect([receipt.state, task.snapshot().steering]).toEqual(['queued', { queued: 1, delivered: 0, missed: 0 }]);
      expect(take!()).toEqual(['left!!']);
      expect(settled).toMatchObject([{ state: 'delivered' }, '|']);
      expect(typesOf(task)).toEqual(['started', 'queued left', 'delivered left']);
      expect(task.steer('right').state).toBe('queued');
      task.cancel();
      expect(task.snapshot()).toMatchObject({ missedSteering: [{ text: 'right' }], steering: { queued: 0, delivered: 1, missed: 1 } });
    });

    it('should be missed with the end of the inner agent that never took it', () => {
      const first = new Subject<string>();
      const task = start((given, steering, context) =>
        concat(context.run(() => first, given, { steering: steering.pipe(map((words) => words)) }), NEVER));
      const receipt = task.steer('left');
      expect(receipt.state).toBe('queued');
      first.complete();
      expect(watch(receipt.settled)).toMatchObject([{ state: 'missed', reason: 'completed' }, '|']);
    });

    it('should go to the next attempt where the first never took it', () => {
      const first = new Subject<string>();
      let tries = 0;
      const agent: Agent = (given, steering) => ++tries === 1 ? first : echo(given, steering);
      const task = start((given, _steering, context) => context.run(agent, given).pipe(retry(1)));
      expect(task.steer('left').state).toBe('queued');
      first.error(new Error('no'));
      expect(task.snapshot().preview).toEqual(['ready', 'heard left']);
    });

    it('should be delivered where the wrapper keeps it for itself', () => {
      const task = start((given, steering, context) => context.run(() => NEVER, given, { steering: steering.pipe(filter(() => false)) }));
      expect(task.steer('left').state).toBe('delivered');
      expect(typesOf(task)).toEqual(['started', 'delivered left']);
    });

    it('should be delivered when one of several has taken it, and missed when none has', () => {
      const ends = [new Subject<string>(), new Subject<string>()];
      const contexts: AgentContext[] = [];
      const task = start((given, steering, context) => merge(NEVER, ...ends.map((end) => context.run((_given, _words, inner) => {
        contexts.push(inner);
        return end;
      }, given, { steering: steering.pipe(map((words) => words)) }))));
      const receipts = ['left', 'right'].map((words) => task.steer(words));
      expect(contexts[0]!.takeSteering()).toEqual(['left', 'right']);
      expect(receipts.map(({ settled }) => watch(settled)[0])).toMatchObject([{ state: 'delivered' }, { state: 'delivered' }]);
      const last = task.steer('last');
      ends[0]!.complete();
      expect(task.snapshot().steering).toEqual({ queued: 1, delivered: 2, missed: 0 });
      ends[1]!.error(new Error('no'));
      expect(watch(last.settled)).toMatchObject([{ state: 'missed', reason: 'failed' }, '|']);
    });

    it('should wait in the task where what handed it on is over as well, and go to who comes next', () => {
      const first = new Subject<string>();
      let tries = 0;
      const agent: Agent = (given, steering) => ++tries === 1 ? first : echo(given, steering);
      const shout: Agent = (given, steering, context) =>
        context.run(agent, given, { steering: steering.pipe(map((words) => `${words}!`)) });
      const task = start((given, _steering, context) => context.run(shout, given).pipe(retry(1)));
      task.steer('left');
      first.error(new Error('no'));
      expect(task.snapshot()).toMatchObject({ preview: ['ready', 'heard left!'], steering: { queued: 0, delivered: 1, missed: 0 } });
    });

    it('should wait again where an attempt had it in hand that failed', () => {
      const first = new Subject<string>();
      const given: string[] = [];
      let tries = 0;
      const agent: Agent = (_given, _steering, { deliverSteering }) => {
        const nth = ++tries;
        deliverSteering((words) => {
          given.push(`${nth} ${words}`);
          return nth === 1 ? NEVER : EMPTY;
        });
        return nth === 1 ? first : NEVER;
      };
      const task = start((asked, _steering, context) => context.run(agent, asked).pipe(retry(1)));
      const receipt = task.steer('left');
      first.error(new Error('no'));
      expect([given, watch(receipt.settled)]).toMatchObject([['1 left', '2 left'], [{ state: 'delivered' }, '|']]);
    });

    it('should be missed where the inner agent could not hand it over', () => {
      const task = start((given, steering, context) => context.run((_given, _words, { deliverSteering }) => {
        deliverSteering(() => throwError(() => new Error('no')));
        return NEVER;
      }, given, { steering: steering.pipe(map((words) => words)) }));
      expect(watch(task.steer('left').settled)).toMatchObject([{ state: 'missed', reason: 'refused' }, '|']);
    });

    it('should complete for the inner agent when its run ends, and not come to it any more', () => {
      const seen: unknown[] = [];
      const end = new Subject<string>();
      const task = start((given, _steering, context) => concat(context.run((_given, steering) => {
        steering.subscribe({ next: (words) => seen.push(words), complete: () => seen.push('|') });
        return end;
      }, given), NEVER));
      task.steer('left');
      end.complete();
      expect(task.steer('right').state).toBe('queued');
      expect(seen).toEqual(['left', '|']);
    });

    it('should replace a message of the same key that waits', () => {
      const steering = new Subject<string | SteeringMessage>();
      const context = contextIn((agent, outer) => outer.run(agent, brief, { steering }));
      const blank = ['', { text: ' ', key: 'other' }];
      const keyed = [{ text: 'b', key: 'k' }, { text: 'c', key: 'other' }, { text: 'd', key: 'k' }];
      for (const message of [...blank, 'a', ...keyed]) steering.next(message);
      expect(context.takeSteering()).toEqual(['a', 'c', 'd']);
    });

    it('should say by a warning what was no message, and lose nothing for it', () => {
      const nasty = { get text(): string { throw new Error('nasty'); } };
      const task = start((given, steering, context) => context.run(echo, given, {
        steering: steering.pipe(map((words) => words === 'bad' ? 5 : words === 'nasty' ? nasty : words)) as Steering,
      }));
      expect(['bad', 'nasty', 'good'].map((words) => task.steer(words))).toMatchObject([
        { state: 'missed', reason: 'invalid_argument' }, { state: 'missed', reason: 'invalid_argument' }, { state: 'delivered' },
      ]);
      expect(task.snapshot().preview).toEqual(['ready', 'heard good']);
      expect((watch(task.events) as TaskEvent[]).filter(({ type }) => type === 'warning')).toMatchObject([
        { code: 'steering_refused', message: 'Expected a steering message to be a string, or { text, key }, got 5.' },
        { code: 'steering_refused', message: 'Expected a steering message to be a string, or { text, key }, got an object.' },
      ]);
    });

    it('should be an error of a run() of its own, which can warn nobody', () => {
      const errors: unknown[] = [];
      run(echo, brief, { steering: of(5) as never }).subscribe({ error: (thrown: unknown) => errors.push(thrown) });
      expect(errors).toEqual([new InvalidArgumentError('Expected a steering message to be a string, or { text, key }, got 5.')]);
    });

    it('should change nothing where the steering fails, or ends', () => {
      for (const steering of [throwError(() => new Error('no')), EMPTY as Observable<string>]) {
        expect(start((given, _steering, context) => context.run(() => NEVER, given, { steering })).status).toBe('running');
      }
    });
  });

  describe('when it is over', () => {
    it('should do nothing more in the task', async () => {
      let dead: AgentContext;
      const end = new Subject<string>();
      const task = start((given, _steering, context) => {
        context.save('kept');
        return concat(context.run((_given, _words, inner) => {
          dead = inner;
          return end;
        }, given), NEVER);
      });
      end.complete();
      dead!.save('lost');
      dead!.emit('late');
      dead!.deliverSteering(() => EMPTY);
      expect([dead!.saved, dead!.takeSteering(), task.snapshot()]).toMatchObject(['kept', [], { lateOutputs: 1, preview: [] }]);
      expect(caught(() => dead.delegate(() => [], brief))).toEqual(new NotRunningError('The run has ended, so nothing goes on in it.'));
      await expect(dead!.sleep(1)).rejects.toBeInstanceOf(NotRunningError);
      await expect(lastValueFrom(dead!.run(() => ['a'], brief))).rejects.toBeInstanceOf(NotRunningError);
      expect(task.steer('left').state).toBe('queued');
    });

    it('should let an agent that tries for ever come to rest when it is cancelled', async () => {
      let tries = 0;
      const hopeless: Agent = () => ++tries < 1_000_000 ? timer(1).pipe(mergeMap(() => throwError(() => new Error('no')))) : [];
      const task = start(fromAsync(async (given, context) => { await lastValueFrom(context.run(hopeless, given).pipe(retry())); }));
      await until(() => tries > 2);
      task.cancel();
      const tried = tries;
      await turns();
      expect(tries).toBe(tried);
    });

    it('should keep the children that it detached', () => {
      const children: Task[] = [];
      const end = new Subject<string>();
      const task = start((given, _steering, context) => concat(context.run((_given, _words, { delegate }) => {
        children.push(delegate(() => NEVER, { goal: 'help' }, { detached: true }));
        return end;
      }, given), NEVER));
      end.complete();
      task.cancel();
      expect(children[0]?.status).toBe('running');
    });

    it('should hold the stop of its task', async () => {
      const held = new Subject<void>();
      const task = start((given, _steering, context) => context.run((_given, _words, { holdStop }) => {
        holdStop(held);
        return NEVER;
      }, given));
      task.cancel();
      const reports = watch(task.stopped);
      await turns();
      expect(reports).toEqual([]);
      held.complete();
      expect(reports).toMatchObject([{ stopped: true }, '|']);
    });

    it('should warn of a teardown that throws, and go on', () => {
      const end = new Subject<string>();
      const task = start((given, _steering, context) => concat(context.run(() => new Observable<string>((out) => {
        out.add(end.subscribe(out));
        return () => { throw new Error('stuck'); };
      }), given), of('after')));
      end.complete();
      expect(typesOf(task)).toEqual(['started', 'warning', 'after', 'completed', '|']);
    });
  });

  describe('what it puts out', () => {
    it('should be no result where it failed and was caught, and leave what others said', () => {
      const bad: Agent = () => concat(of(result('wrong')), throwError(() => new Error('no')));
      const ofCaught = start((given, _steering, context) => concat(
        context.run(() => ['kept'], given), context.run(bad, given).pipe(catchError(() => EMPTY)),
      ));
      expect(ofCaught.outcome).toMatchObject({ result: 'kept' });
      let tries = 0;
      const ofRetried = start((given, _steering, context) => merge(
        context.run(() => [result('main')], given),
        context.run(() => ++tries === 1 ? bad(given, EMPTY, context) : [], given).pipe(retry(1)),
      ));
      expect(ofRetried.outcome).toMatchObject({ result: 'main', attempt: 2 });
    });

    it('should be read again where an operator has changed it', () => {
      const changed = (change: (output: { type: string; text?: unknown }) => unknown) => start((given, _steering, context) =>
        context.run(wrapped(() => ['a']), given).pipe(map((output) => change(output as never) as AgentOutput)));
      expect(changed((output) => Object.assign(output, { text: 5 })).outcome).toMatchObject({ type: 'failed' });
      expect(changed((output) => Object.assign(output, { type: 'shout' })).outcome).toMatchObject({ type: 'failed' });
      expect(changed((output) => ({ ...output, text: 'b' })).outcome).toMatchObject({ result: 'b' });
    });

    it('should be redacted as if it were the task’s own', () => {
      const secretive: Agent = () => concat(
        ['a key', text('the k'), text('ey is'), text(' here\n'), result('key')], throwError(() => new Error('bad key')));
      const told = (agent: Agent<unknown>) => {
        const session = createSession({ redact: (words) => words.replaceAll('key', '***'), generateId: (name) => name });
        return watch(session.delegate(agent, brief, { name: 'one' }).events.pipe(map((event) => ({ ...event, at: 0 }))));
      };
      expect(told(wrapped(wrapped(secretive)))).toEqual(told(secretive));
      const again: Agent = (given, _steering, context) => context.run(secretive, given).pipe(retry(1));
      expect(told(again)).toContainEqual(expect.objectContaining({ type: 'attempt', reason: 'bad ***' }));
    });
  });

  /** The context of an agent that runs inside a task and never ends. */
  function contextIn(
    running: (agent: Agent, outer: AgentContext) => Observable<AgentOutput>, task: (one: Task) => void = () => undefined,
  ): AgentContext {
    let inner: AgentContext;
    task(start((_brief, _steering, outer) => running((_given, _words, context) => {
      inner = context;
      return NEVER;
    }, outer)));
    return inner!;
  }

  it.each([
    ['no agent', undefined, brief, undefined, 'Expected `agent` to be a function, got undefined.'],
    ['a task', createSession().delegate(() => [], brief), brief, undefined, 'Expected `agent` to be a function, got an object.'],
    ['no goal', () => [], {}, undefined, 'Expected `brief.goal` to be a string that is not blank, got undefined.'],
    ['steering that is a string', () => [], brief, { steering: 'a' }, 'Expected `steering` to be a task or another stream, got "a".'],
    ['an unknown option', () => [], brief, { steer: 1 }, 'Unknown field `steer` in the options of context.run. Expected: steering.'],
  ])('should refuse %s when it is called', (_, agent, what, options, words) => {
    start((_brief, _steering, context) => {
      expect(caught(() => context.run(agent as never, what as never, options as never))).toEqual(new InvalidArgumentError(words));
      return EMPTY;
    });
    expect.assertions(1);
  });

  it('should be there for fromAsync too', async () => {
    const task = start(fromAsync(async (given, { run: runInside, sleep, scheduler }) => {
      await sleep(1);
      return `${await lastValueFrom(runInside(() => ['inner'], given).pipe(outcome())).then(({ type }) => type)} ${typeof scheduler.now()}`;
    }));
    expect(await collect(task)).toBe('completed number');
  });

  it('should stop the loser of a race', () => {
    let stopped = 0;
    const slow = () => new Observable<string>(() => () => { stopped += 1; });
    const task = start((given, _steering, context) => race(context.run(slow, given), context.run(() => ['fast'], given)));
    expect([stopped, task.outcome]).toMatchObject([1, { result: 'fast' }]);
  });

  it('should work in a run() as well', () => {
    expect(watch(run(wrapped(wrapped(() => ['a'])), brief))).toEqual([line('a'), '|']);
    let tries = 0;
    const flaky: Agent = () => ++tries === 1 ? concat(['a'], throwError(() => new Error('no'))) : ['b'];
    expect(watch(run((given, _steering, context) => context.run(flaky, given).pipe(retry(1)), brief)))
      .toEqual([line('a'), attempt('no'), line('b'), '|']);
  });
});

describe('a run inside a task that has ended', () => {
  /** A task whose inner run has ended by itself, been refused, or been left, and the context of that run. */
  function after(end: (inner: Subject<string>, left: () => void) => void, acts: (inner: AgentContext) => void = () => undefined) {
    const said = new Subject<string>();
    let context: AgentContext;
    let around: AgentContext;
    let left: () => void;
    const session = createSession({ budget: { tokens: 100 } });
    const task = session.delegate((given, _steering, outer) => {
      around = outer;
      const run = outer.run((_given, _words, one) => {
        context = one;
        return said;
      }, given).subscribe({ error: () => undefined });
      left = () => { run.unsubscribe(); };
      return NEVER;
    }, brief);
    acts(context!);
    end(said, left!);
    return { session, task, context: context!, outer: around! };
  }
  const ends: [string, (inner: Subject<string>, left: () => void) => void][] = [
    ['completed', (inner) => { inner.complete(); }],
    ['failed', (inner) => { inner.error(new Error('no')); }],
    ['was left', (_, left) => { left(); }],
  ];
  const over = { code: 'not_running', message: 'The run has ended, so nothing goes on in it.' };

  it.each(ends)('should act no more once it %s', (_, end) => {
    const { task, context, session } = after(end);
    expect(caught(() => context.delegate(() => NEVER, brief))).toMatchObject(over);
    expect(caught(() => context.scope())).toMatchObject(over);
    context.waitFor({ reason: 'r' }, NEVER).subscribe();
    expect([task.snapshot().waitingFor, session.list().length]).toEqual([undefined, 1]);
    expect(context.budget.reserve({ tokens: 100 })).toBeUndefined();
    expect(context.budget.left.tokens).toBe(100);
  });

  it.each(ends)('should leave nothing going on once it %s', (_, end) => {
    let kept: Scope;
    const { task, context, session, outer } = after(end, (inner) => {
      inner.waitFor({ reason: 'r' }, NEVER).subscribe();
      inner.budget.reserve({ tokens: 100 });
      kept = inner.scope();
      kept.delegate(() => NEVER, brief);
      inner.delegate(() => NEVER, brief);
      inner.delegate(() => NEVER, brief, { detached: true });
      inner.run((_given, _steering, deeper) => {
        deeper.delegate(() => NEVER, brief);
        return NEVER;
      }, brief).subscribe({ error: () => undefined });
    });
    expect([task.snapshot().waitingFor, context.budget.left.tokens]).toEqual([undefined, 100]);
    expect(session.tasks().map(({ outcome: how }) => (how as { reason?: string } | undefined)?.reason))
      .toEqual([undefined, 'parent_ended', 'parent_ended', undefined, 'parent_ended']);
    expect(outer.unheard()).toEqual([]);
    expect(caught(() => kept.delegate(() => NEVER, brief))).toMatchObject({ code: 'session_closed' });
  });

  it('should take only its own children with it, in the same frame, and before the next attempt', () => {
    const seen: string[] = [];
    let tries = 0;
    const failing: Agent = (_brief, _steering, context) => {
      tries += 1;
      context.delegate(() => NEVER, brief, { name: `of ${tries}`, key: 'k' });
      context.delegate(() => NEVER, brief, { name: 'common', key: 'common' });
      seen.push(context.list().map(({ agent, status }) => `${agent} ${status}`).join());
      return throwError(() => new Error('no'));
    };
    const session = createSession();
    session.delegate((given, _steering, context) => {
      context.delegate(() => NEVER, brief, { name: 'common', key: 'common' });
      return merge(context.run(failing, given).pipe(retry(2)), NEVER);
    }, brief);
    expect(seen).toEqual([
      'common running,of 1 running', 'common running,of 1 cancelled,of 2 running',
      'common running,of 1 cancelled,of 2 cancelled,of 3 running',
    ]);
  });

  it('should settle for everybody who subscribes too late, and for a retry', async () => {
    let late: Observable<AgentOutput> | undefined;
    const task = start((given, _steering, outer) => outer.run((again, _words, context) => {
      late = context.run(() => NEVER, again);
      return ['x'];
    }, given));
    expect(task.status).toBe('completed');
    expect(watch(late!)).toEqual(['#']);
    expect(await firstValueFrom(late!).catch((thrown: unknown) => (thrown as Error).name)).toBe('EmptyError');
    expect(watch(late!.pipe(retry()))).toEqual(['|']);
  });

  it('should count what it spends when it is stopped as the task’s own, at once', async () => {
    const spent = usage({ inputTokens: 5000, outputTokens: 0 });
    const leaving: Agent = () => new Observable((out) => () => { out.next(spent); });
    const agent = retrying(through(leaving, timeout(5)), { count: 3, delay: 0 });
    const task = createSession().delegate(agent, brief, { budget: { tokens: 1000 } });
    expect(await lastValueFrom(task.events.pipe(outcome()))).toMatchObject({ error: { code: 'budget_exceeded' }, attempt: 1 });
    expect(task.snapshot().usage).toMatchObject({ inputTokens: 5000 });
  });
});

describe('context.sleep', () => {
  it('should take time of the session’s clock, and hold no timer when the run is stopped', async () => {
    const seen: unknown[] = [];
    const task = start(fromAsync(async (_brief, { sleep }) => {
      await sleep(1);
      seen.push('slept');
      await sleep(100_000).catch((reason: unknown) => { seen.push(reason); });
    }));
    while (seen.length === 0) await turns();
    task.cancel('enough');
    await turns();
    expect(seen).toMatchObject(['slept', { code: 'cancelled', message: 'The task was cancelled: enough' }]);
    expect(await lastValueFrom(task.stopped)).toMatchObject({ stopped: true });
  });
});
