import { describe, expect, it } from '@jest/globals';
import { concat, EMPTY, lastValueFrom, map, merge, NEVER, Observable, of, race, retry, Subject, throwError } from 'rxjs';
import {
  attempt, collect, createSession, fromAsync, InvalidArgumentError, line, outcome, result, run, text, type Agent, type AgentContext,
  type AgentOutput, type Brief, type SteeringMessage, type Task, type TaskEvent,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { turns } from '../support/turns.js';
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
    expect(task.snapshot().preview).toEqual(['inner', 'two helper running']);
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

    it('should replace a message of the same key that waits', () => {
      const steering = new Subject<string | SteeringMessage>();
      const context = contextIn((agent, outer) => outer.run(agent, brief, { steering }));
      for (const message of ['a', { text: 'b', key: 'k' }, { text: 'c', key: 'other' }, { text: 'd', key: 'k' }]) steering.next(message);
      expect(context.takeSteering()).toEqual(['a', 'c', 'd']);
    });

    it('should say by a warning what was no message', () => {
      const steering = new Subject<string>();
      let task: Task;
      contextIn((agent, outer) => outer.run(agent, brief, { steering }), (one) => { task = one; });
      steering.next(5 as never);
      expect(watch(task!.events)).toMatchObject([{ type: 'started' }, {
        type: 'warning', code: 'steering_refused', message: 'Expected a steering message to be a string, or { text, key }, got 5.',
      }]);
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
