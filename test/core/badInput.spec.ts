import { describe, expect, it } from '@jest/globals';
import { runInThisContext } from 'node:vm';
import { NEVER, Observable, Subject, VirtualTimeScheduler } from 'rxjs';
import {
  collect, createSession, fromAsync, InvalidArgumentError, type Agent, type DelegateOptions, type Session, type SessionOptions,
  type StopReport, type Task, type TaskEvent,
} from '../../src/index.js';
import { throwing, untouchable, untouchableObject } from '../support/laws/nasties.js';

const HUGE = 'x'.repeat(1_000_000);
/** What a model can send for a number: JSON has no Infinity, but it has this. */
const OVERFLOW = JSON.parse('1e400') as number;

const trap = (): never => { throw new Error('in a getter'); };

const sleep = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

/** The session lives on: it starts tasks, and they end well. */
async function livesOn(session: Session): Promise<void> {
  expect(await collect(session.delegate(async () => 'well', { goal: 'live on' }))).toBe('well');
}

const reasonOf = (task: Task): string => {
  const { outcome } = task.snapshot();
  return outcome?.type === 'failed' ? `${outcome.error.code}: ${outcome.error.message}` : String(outcome?.type);
};

describe('a child that misbehaves', () => {
  const throwers: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['an error', () => new Error('boom'), /^agent_error: boom$/],
    ['an error without a message', () => new Error(), /^agent_error: no message was given$/],
    ['a string', () => 'boom', /^agent_error: boom$/],
    ['a number', () => 42, /^agent_error: 42$/],
    ['undefined', () => undefined, /^agent_error: undefined$/],
    ['null', () => null, /^agent_error: null$/],
    ['a symbol', () => Symbol('odd'), /^agent_error: Symbol\(odd\)$/],
    ['plain data', () => ({ status: 429 }), /^agent_error: \{"status":429\}$/],
    ['a megabyte', () => new Error(HUGE), /^agent_error: x{3987}… \[\+996013\]$/],
    ['an object whose getters throw', () => throwing('message', 'name', 'toJSON'),
      /^agent_error: something was thrown that cannot be read$/],
    ['an object that throws at every touch', untouchableObject, /^agent_error: something was thrown that cannot be read$/],
    ['a function that throws at every touch', untouchable, /^agent_error: something was thrown that cannot be read$/],
  ];

  it.each(throwers)('should fail with a readable reason when it throws %s before it starts', async (_, make, reason) => {
    const session = createSession();
    const task = session.delegate(() => { throw make(); }, { goal: 'throw' });

    expect(reasonOf(task)).toMatch(reason);
    await livesOn(session);
  });

  it.each(throwers)('should fail with a readable reason when it rejects with %s', async (_, make, reason) => {
    const session = createSession();
    const task = session.delegate(() => Promise.resolve().then(() => { throw make(); }), { goal: 'reject' });
    await sleep();

    expect(reasonOf(task)).toMatch(reason);
    await livesOn(session);
  });

  it.each(throwers)('should be cancelled with a readable reason where that is %s', async (_, make, reason) => {
    const session = createSession();
    const task = session.delegate(() => NEVER, { goal: 'wait' });
    const thing = make();
    expect(task.cancel(thing)).toBe(true);
    const words = task.snapshot().outcome as { readonly reason?: string };

    // A cancel without a reason says so in its own word.
    expect(`agent_error: ${words.reason}`).toMatch(thing === undefined ? /cancelled$/ : reason);
    await livesOn(session);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['nothing', () => undefined, /^agent_error: .*undefined/],
    ['a list with a number', () => [42], /^agent_error: .*42/],
    ['an output that is malformed', () => ({ type: 'line' }), /^agent_error: .*Expected `line\.text` to be a string, got undefined\.$/],
    ['an object that throws at every touch', untouchableObject, /^agent_error: a trap$/],
    ['no output at all', () => [], /^no_result: The agent ended without a result and without a single line\./],
    ['a promise of nothing', () => Promise.resolve(), /^no_result: The agent ended without a result/],
    ['a promise of a malformed output', () => Promise.resolve({ type: 'text', text: 5 }),
      /^agent_error: .*Expected `text\.text` .*, got 5\.$/],
    ['a promise of an object that throws at every touch but then',
      () => Promise.resolve({ get type() { throw new Error('a trap'); } }), /^agent_error: a trap$/],
    ['a thenable that throws', () => ({ then: () => { throw new Error('in then'); } }), /^agent_error: in then$/],
    ['an iterator without next', () => ({ [Symbol.asyncIterator]: () => ({}) }), /^agent_error: ./],
    ['an iterator that throws', () => ({ [Symbol.asyncIterator]: () => { throw new Error('in the iterator'); } }),
      /^agent_error: in the iterator$/],
  ])('should fail with a readable reason when it returns %s', async (_, make, reason) => {
    const session = createSession();
    const task = session.delegate(() => make() as never, { goal: 'return' });
    await sleep();

    expect(reasonOf(task)).toMatch(reason);
    expect(await firstReport(task)).toMatchObject({ stopped: true });
    await livesOn(session);
  });

  it('should settle once where a thenable settles again and again', async () => {
    const session = createSession({ cancelGrace: 20 });
    const waits = new Promise<string>(() => undefined);
    let parentContext: Parameters<Agent>[2] | undefined;
    const parent = session.delegate((_brief, _steering, context) => {
      parentContext = context;
      return waits;
    }, { goal: 'wait' });
    const child = parentContext!.delegate(() => ({
      then: (resolve: (value: string) => void, reject: (thrown: unknown) => void) => {
        resolve('first');
        resolve('second');
        reject(new Error('third'));
      },
    }) as PromiseLike<string>, { goal: 'settle' });
    await sleep();
    expect(child.snapshot()).toMatchObject({ status: 'completed', outcome: { result: 'first' } });

    expect((await session.close()).notStopped).toEqual([parent.id]);
    expect(await firstReport(parent)).toMatchObject({ stopped: false });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a number', () => 42, /Expected a string or an output of type line, text, step, tool, usage, attempt, result, got 42\.$/],
    ['undefined', () => undefined, /Expected a string or an output of type .*, got undefined\.$/],
    ['null', () => null, /Expected a string or an output of type .*, got null\.$/],
    ['an unknown type', () => ({ type: 'completed', result: 'forged' }), /Expected a string or an output of type .*, got "completed"\.$/],
    ['the type __proto__', () => ({ type: '__proto__' }), /Expected a string or an output of type .*, got "__proto__"\.$/],
    ['a line without text', () => ({ type: 'line' }), /Expected `line\.text` to be a string, got undefined\.$/],
    ['text in a number', () => ({ type: 'text', text: 1 }), /Expected `text\.text` to be a string, got 1\.$/],
    ['a tool in no known state', () => ({ type: 'tool', name: 'grep', state: 'exploded' }),
      /Expected `tool\.state` to be started or ended, got "exploded"\.$/],
    ['usage of NaN', () => ({ type: 'usage', inputTokens: NaN, outputTokens: 1 }),
      /Expected `usage\.inputTokens` to be a number from 0, got NaN\.$/],
    ['usage of 1e400', () => ({ type: 'usage', inputTokens: 1, outputTokens: OVERFLOW }),
      /Expected `usage\.outputTokens` .*, got Infinity\.$/],
    ['usage below zero', () => ({ type: 'usage', inputTokens: 1, outputTokens: 1, costUsd: -1 }),
      /Expected `usage\.costUsd` .*, got -1\.$/],
    ['usage in words', () => ({ type: 'usage', inputTokens: '1', outputTokens: 1 }), /Expected `usage\.inputTokens` .*, got "1"\.$/],
    ['a line whose text throws', () => ({ type: 'line', get text() { return trap(); } }), /in a getter$/],
    ['a result whose value throws', () => ({ type: 'result', get value() { return trap(); } }), /in a getter$/],
    ['something that throws at every touch', untouchable, /a trap$/],
  ])('should fail with a readable reason when it puts out %s', async (_, make, reason) => {
    const session = createSession();
    const child = new Subject<string>();
    const task = session.delegate(() => child, { goal: 'put out' });
    child.next('before');
    child.next(make() as never);

    expect(reasonOf(task)).toMatch(/^agent_error: /);
    expect(reasonOf(task)).toMatch(reason);
    expect(child.observed).toBe(false);
    expect(task.snapshot()).toMatchObject({ preview: ['before'], windowLines: 1 });
    expect(task.snapshot().usage).toBeUndefined();
    await livesOn(session);
  });

  it('should take an output for what it was at the first look', () => {
    let looks = 0;
    const changing = { get type() { return looks++ === 0 ? 'line' : 'completed'; }, text: 'a' } as { type: 'line'; text: string };
    const seen: string[] = [];
    const task = createSession().delegate(() => [changing, 'b'], { goal: 'change' });
    task.events.subscribe(({ type }) => seen.push(type));

    expect(seen).toEqual(['started', 'line', 'line', 'completed']);
  });

  it('should be left to run when it never ends, and end when it is told to', async () => {
    const session = createSession();
    const task = session.delegate(() => NEVER, { goal: 'run for ever' });
    await expect(collect(task, { timeout: 0 })).rejects.toMatchObject({ code: 'timeout' });
    expect(task.snapshot().status).toBe('running');
    await livesOn(session);
    task.cancel();

    expect(await firstReport(task)).toMatchObject({ stopped: true });
  });

  it('should be kept to its window when it floods at once', async () => {
    const session = createSession();
    let lines = 0;
    const flood = (): Observable<string> => new Observable((child) => {
      for (let n = 0; n < 100_000; n++) child.next(`line ${n}`);
      child.complete();
    });
    const quiet = session.delegate(flood, { goal: 'flood unseen' });
    session.events.subscribe(({ type }) => { if (type === 'line') lines += 1; });
    const watched = session.delegate(flood, { goal: 'flood' });

    expect(lines).toBe(100_000);
    for (const task of [quiet, watched]) {
      expect(task.snapshot(1)).toMatchObject({ status: 'completed', preview: ['line 99999'], windowLines: 200, droppedLines: 99_800 });
    }
    await livesOn(session);
  });

  it('should not starve anybody when it floods without ever waiting', async () => {
    const session = createSession();
    const timer = { fired: false };
    setTimeout(() => { timer.fired = true; }, 0);
    let lines = 0;
    const task = session.delegate(async function* () {
      // It would end by itself, so that this test ends also where it fails.
      while (!timer.fired && lines < 3_000_000) yield `line ${lines++}`;
      return 'the timer came through';
    }, { goal: 'flood' });
    await collect(task);

    expect(timer.fired).toBe(true);
    expect(lines).toBeLessThan(3_000_000);
    await livesOn(session);
  });

  it('should keep 100 000 lines apart that come one by one', async () => {
    const session = createSession();
    const task = session.delegate(fromAsync(async (_, { print }) => {
      for (let n = 0; n < 100_000; n++) {
        print(`line ${n}`);
        if (n % 5_000 === 0) await sleep();
      }
    }), { goal: 'flood' });
    const other = session.delegate(async () => 'in between', { goal: 'be quick' });
    expect(await collect(other)).toBe('in between');
    expect(task.snapshot().status).toBe('running');

    expect(await collect(task)).toBe('line 99999');
    expect(task.snapshot()).toMatchObject({ windowLines: 200, droppedLines: 99_800 });
  });

  it('should cut a line that never ends', () => {
    const task = createSession().delegate(() => [{ type: 'text', text: HUGE }, HUGE], { goal: 'print a megabyte' });

    expect(task.snapshot(1_000).preview.every((line) => line.length <= 500)).toBe(true);
    // A stream is wrapped, what is printed is cut.
    expect(task.snapshot()).toMatchObject({ windowLines: 200, cutLines: 1 });
  });

  it('should be counted and not heard when it emits after its end', async () => {
    const session = createSession();
    let child: { next(value: string): void; error(thrown: unknown): void } | undefined;
    const task = session.delegate(() => new Observable<string>((subscriber) => {
      child = subscriber;
      subscriber.next('in time');
      subscriber.complete();
    }), { goal: 'end' });
    child?.next('late');
    child?.error(new Error('later'));

    expect(task.snapshot()).toMatchObject({ status: 'completed', preview: ['in time'], lateOutputs: 2 });
    await livesOn(session);
  });

  it('should be reported as not stopped when it ignores the abort, and change nothing when it comes to its end', async () => {
    const scheduler = new VirtualTimeScheduler();
    const session = createSession({ scheduler, cancelGrace: 100 });
    let settle: ((value: string) => void) | undefined;
    const task = session.delegate(() => new Promise<string>((resolve) => { settle = resolve; }), { goal: 'ignore' });
    const reports: StopReport[] = [];
    task.stopped.subscribe((report) => reports.push(report));
    task.cancel('enough');
    await sleep();
    expect(reports).toEqual([]);
    scheduler.flush();
    expect(reports).toEqual([{ taskId: task.id, stopped: false, ids: [task.id], notStopped: [task.id] }]);
    settle?.('a late result');
    await sleep();

    expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
    expect(await firstReport(task)).toMatchObject({ stopped: true });
  });

  it('should end whole when a listener on its signal throws; the throw itself is Node’s to report', async () => {
    // Node reports what an abort listener throws as an uncaught exception, for this signal as for any other: nobody can catch it.
    const realProcess = runInThisContext('process') as NodeJS.Process;
    const others = realProcess.listeners('uncaughtException');
    const uncaught: string[] = [];
    realProcess.removeAllListeners('uncaughtException');
    realProcess.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      const session = createSession();
      const task = session.delegate((_brief, _steering, context) => {
        context.signal.addEventListener('abort', () => { throw new Error('in a listener'); });
        context.delegate(() => NEVER, { goal: 'be below' });
        return NEVER;
      }, { goal: 'listen badly' });
      expect(task.cancel()).toBe(true);
      await sleep();

      expect(session.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
      expect(await firstReport(task)).toMatchObject({ stopped: true });
      await livesOn(session);
      expect(uncaught).toEqual(['in a listener']);
    } finally {
      realProcess.removeAllListeners('uncaughtException');
      for (const listener of others) realProcess.on('uncaughtException', listener);
    }
  });

  it.each<[string, unknown]>([['undefined', undefined], ['a number', 42], ['an object', {}]])(
    'should be told when it holds its stop by %s, and not be held by it', async (_, until) => {
      const session = createSession({ cancelGrace: 50 });
      const task = session.delegate((_brief, _steering, { holdStop }) => {
        holdStop(until as never);
        return NEVER;
      }, { goal: 'hold' });

      expect(reasonOf(task)).toMatch(/^agent_error: ./);
      expect(await firstReport(task)).toMatchObject({ stopped: true });
      await livesOn(session);
    });
});

describe('a caller that hands in what is not what it should be', () => {
  /** Everything of a session that a refused call must not change. */
  const picture = (session: Session): string => JSON.stringify([session.list().map(({ elapsed: _, ...rest }) => rest), session.capacity]);

  const counts: readonly (readonly [unknown, string])[] = [
    [NaN, 'NaN'], [-1, '-1'], [1.5, '1.5'], ['3', '"3"'], [null, 'null'], [[], 'an array'], [true, 'true'], [10n, '10n'], [{}, 'an object'],
    [-Infinity, '-Infinity'], [HUGE, 'a string of 1000000 characters'],
  ];
  const times: readonly (readonly [unknown, string])[] = [
    ...counts.filter(([value]) => value !== 1.5), [OVERFLOW, 'Infinity'], [Infinity, 'Infinity'], [2 ** 31, '2147483648'],
  ];
  const cases = (names: readonly string[], values: typeof counts) =>
    names.flatMap((name) => values.map(([value, got]) => [name, got, value] as const));
  const countNames = [
    'maxRunning', 'maxQueued', 'maxDepth', 'maxDescendants', 'windowLines', 'lineLength', 'maxLineBytes', 'mailboxSize', 'messageLength',
  ];

  it.each(cases(countNames, counts))(
    'should be refused a session whose %s is %s', (name, got, value) => {
      expect(() => createSession({ [name]: value })).toThrow(InvalidArgumentError);
      expect(() => createSession({ [name]: value })).toThrow(
        new RegExp(`^Expected \`${name}\` to be a whole number from \\d, or Infinity, got ${escaped(got)}\\.$`));
    });

  it.each(cases(['deadline', 'idleTimeout', 'cancelGrace'], times))('should be refused a session whose %s is %s', (name, got, value) => {
    expect(() => createSession({ [name]: value })).toThrow(
      new RegExp(`^Expected \`${name}\` to be a number of milliseconds from [01] to 2147483647 .*, got ${escaped(got)}\\.$`));
  });

  it.each<[string, SessionOptions | null, RegExp]>([
    ['null', null, /^Expected `the session options` to be an object, got null\.$/],
    ['a string', 'fast' as never, /^Expected `the session options` to be an object, got "fast"\.$/],
    ['an array', [] as never, /^Expected `the session options` to be an object, got an array\.$/],
    ['a misspelt option', { maxRuning: 3 } as never, /^Unknown field `maxRuning` in the session options\. Expected: maxRunning, /],
    ['an own __proto__', JSON.parse('{"__proto__": {"maxRunning": 1}}') as never, /^Unknown field `__proto__` in the session options\./],
    ['an unknown overflow', { overflow: 'drop' as never }, /^Expected `overflow` to be reject or queue, got "drop"\.$/],
    ['a null retention', { retain: null as never }, /^Expected `retain` to be an object, got null\.$/],
    ['a negative retention', { retain: { count: -1 } }, /^Expected `retain\.count` to be a whole number from 0, or Infinity, got -1\.$/],
    ['an endless age', { retain: { age: Infinity } }, /^Expected `retain\.age` to be a number of milliseconds .*, got Infinity\.$/],
    ['a NaN of unheard', { retain: { unheard: NaN } }, /^Expected `retain\.unheard` to be a whole number from 0, or Infinity, got NaN\.$/],
    ['a null scheduler', { scheduler: null as never }, /^Expected `scheduler` to be an RxJS scheduler, got null\.$/],
    ['half a scheduler', { scheduler: { now: () => 0 } as never }, /^Expected `scheduler` to be an RxJS scheduler, got an object\.$/],
    ['no function for ids', { generateId: 'id' as never }, /^Expected `generateId` to be a function, got "id"\.$/],
  ])('should be refused a session of %s', (_, options, sentence) => {
    expect(() => createSession(options as SessionOptions)).toThrow(InvalidArgumentError);
    expect(() => createSession(options as SessionOptions)).toThrow(sentence);
  });

  const agent: Agent = () => NEVER;
  const delegations: readonly (readonly [string, unknown, unknown, unknown, RegExp])[] = [
    ['no agent', undefined, { goal: 'x' }, undefined, /^Expected `agent` to be a function, got undefined\.$/],
    ['an agent by name', 'researcher', { goal: 'x' }, undefined, /^Expected `agent` to be a function, got "researcher"\.$/],
    ['no brief', agent, undefined, undefined, /^Expected `brief` to be an object, got undefined\.$/],
    ['a brief in a string', agent, 'do it', undefined, /^Expected `brief` to be an object, got "do it"\.$/],
    ['a blank goal', agent, { goal: ' \n\t' }, undefined, /^Expected `brief\.goal` to be a string that is not blank, got " \\n\\t"\.$/],
    ['a goal in a number', agent, { goal: 42 }, undefined, /^Expected `brief\.goal` to be a string that is not blank, got 42\.$/],
    ['null for options', agent, { goal: 'x' }, null, /^Expected `the options of delegate` to be an object, got null\.$/],
    ['a misspelt option', agent, { goal: 'x' }, { timeout: 3 }, /^Unknown field `timeout` in the options of delegate\. Expected: name, /],
    ['an own __proto__', agent, { goal: 'x' }, JSON.parse('{"__proto__": 1}'), /^Unknown field `__proto__` in the options of delegate\./],
    ['a blank name', agent, { goal: 'x' }, { name: '' }, /^Expected `name` to be a string that is not blank, got ""\.$/],
    ['a worded detached', agent, { goal: 'x' }, { detached: 'yes' }, /^Expected `detached` to be true or false, got "yes"\.$/],
    ['no signal', agent, { goal: 'x' }, { signal: {} }, /^Expected `signal` to be an AbortSignal, got an object\.$/],
    // It could be listened to, but never be left again: the task could not end.
    ['half a signal', agent, { goal: 'x' }, { signal: { addEventListener: () => undefined } },
      /^Expected `signal` to be an AbortSignal, got an object\.$/],
    ...['deadline', 'idleTimeout'].flatMap((name) => times.map(([value, got]) => [
      `a ${name} of ${got}`, agent, { goal: 'x' }, { [name]: value },
      new RegExp(`^Expected \`${name}\` to be a number of milliseconds from 1 to 2147483647 .*, got ${escaped(got)}\\.$`),
    ] as const)),
  ];

  it.each(delegations)('should be refused a task of %s, and nothing is changed', async (_, what, brief, options, sentence) => {
    const session = createSession();
    session.delegate(() => NEVER, { goal: 'be there' });
    const events: TaskEvent[] = [];
    session.events.subscribe((event) => events.push(event));
    const before = picture(session);
    const attempt = (): unknown => session.delegate(what as Agent, brief as never, options as DelegateOptions);

    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(sentence);
    expect(picture(session)).toBe(before);
    expect(events).toEqual([]);
    await livesOn(session);
    expect((await session.close()).stopped).toBe(true);
  });

  it('should be refused a task by a signal that was aborted beforehand', () => {
    const session = createSession();

    expect(() => session.delegate(agent, { goal: 'x' }, { signal: AbortSignal.abort('no') })).toThrow(
      expect.objectContaining({ code: 'aborted', cause: 'no' }));
    expect(session.list()).toEqual([]);
  });

  it('should not change a task by changing the options that it was started with', async () => {
    const session = createSession({ generateId: (name) => name });
    const options = { name: 'child', detached: true, deadline: 1_000 };
    const parent = session.delegate((_brief, _steering, context) => {
      context.delegate(() => NEVER, { goal: 'outlive' }, options);
      return NEVER;
    }, { goal: 'start' }, { name: 'parent' });
    Object.assign(options, { name: 'other', detached: false, deadline: NaN });
    parent.cancel();

    expect(session.get('child')?.snapshot()).toMatchObject({ status: 'running', agent: 'child' });
    expect(await firstReport(parent)).toMatchObject({ stopped: true, ids: ['parent'] });
    expect(await session.close()).toMatchObject({ stopped: true, ids: ['child'] });
  });

  it('should get an id of whatever a name is made of, and find nothing under ids that never were', () => {
    const session = createSession();
    const odd = session.delegate(agent, { goal: 'x' }, { name: '__proto__' });
    const huge = session.delegate(agent, { goal: 'x' }, { name: HUGE });
    const symbols = session.delegate(agent, { goal: 'x' }, { name: '☃ ☃' });

    expect([odd.id, huge.id, symbols.id].map((id) => id.replace(/-[a-z0-9]{6}$/, ''))).toEqual(['proto', 'x'.repeat(24), 'agent']);
    for (const id of ['__proto__', 'constructor', 'toString', '', HUGE, null, undefined, NaN, {}, Symbol('id')]) {
      expect([session.get(id as string), session.isEvicted(id as string)]).toEqual([undefined, false]);
    }
  });

  it('should get a task by any id that its own generator makes, and a refusal where that makes none', () => {
    const ids = ['__proto__', 'constructor', '__proto__', 'toString'];
    const session = createSession({ generateId: () => ids.shift() ?? '' });
    const tasks = [1, 2, 3].map((n) => session.delegate(agent, { goal: `x ${n}` }));

    expect(tasks.map(({ id }) => id)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(session.get('__proto__')).toBe(tasks[0]);
    const before = picture(session);
    expect(() => session.delegate(agent, { goal: 'x' })).toThrow(InvalidArgumentError);
    expect(picture(session)).toBe(before);
  });

  it.each<[string, unknown, unknown, string]>([
    ['nothing', undefined, undefined, 'invalid_argument'],
    ['null', null, undefined, 'invalid_argument'],
    ['NaN', NaN, undefined, 'invalid_argument'],
    ['an object', { text: 'x' }, undefined, 'invalid_argument'],
    ['a blank', ' \n', undefined, 'invalid_argument'],
    ['a megabyte', HUGE, undefined, 'invalid_argument'],
    ['an empty id', 'x', { id: '' }, 'invalid_argument'],
    ['a blank id', 'x', { id: ' ' }, 'invalid_argument'],
    ['a number for an id', 'x', { id: 42 }, 'invalid_argument'],
    ['an id that cannot be read', 'x', { id: Object.create(null) }, 'invalid_argument'],
    ['an id that throws', 'x', { id: untouchableObject() }, 'invalid_argument'],
    ['an id whose getter throws', 'x', { get id() { throw new Error('no'); } }, 'invalid_argument'],
    ['null for options', 'x', null, 'invalid_argument'],
    ['a string for options', 'x', 'id', 'invalid_argument'],
  ])('should be refused, not thrown at, for steering by %s', async (_, text, options, reason) => {
    const session = createSession();
    const task = session.delegate(() => NEVER, { goal: 'be deaf' });
    const before = picture(session);
    const receipt = task.steer(text as string, options as { id: string });
    const finals: unknown[] = [];
    receipt.settled.subscribe((final) => finals.push(final));

    expect(receipt).toMatchObject({ state: 'missed', reason });
    expect(typeof receipt.id).toBe('string');
    expect(finals).toEqual([receipt]);
    expect(picture(session)).toBe(before);
    await livesOn(session);
  });

  it('should take __proto__ for an id of a message as it takes any', () => {
    const task = createSession().delegate(() => NEVER, { goal: 'be deaf' });

    expect(task.steer('x', { id: '__proto__' })).toMatchObject({ id: '__proto__', state: 'queued' });
    expect(task.steer('y', { id: '__proto__' })).toMatchObject({ state: 'queued' });
    expect(task.steer('z', { id: 'constructor' })).toMatchObject({ state: 'queued' });
    expect(task.snapshot().steering.queued).toBe(2);
  });

  it.each<[string, unknown, RegExp]>([
    ['a megabyte', HUGE, /string of 1 to 16384 characters that is not blank, got a string of 1000000 characters\.$/],
    ['NaN', NaN, /string of 1 to 16384 characters that is not blank, got NaN\.$/],
    ['a blank', ' ', /string of 1 to 16384 characters that is not blank, got " "\.$/],
  ])('should be warned in the events when its stream of steering has %s', (_, text, sentence) => {
    const task = createSession().delegate(() => NEVER, { goal: 'be deaf' });
    const warnings: string[] = [];
    task.events.subscribe((event) => { if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`); });
    const words = new Subject<string>();
    words.subscribe(task.steering);
    words.next(text as string);
    words.next('fine');
    words.error(new Error('nobody minds'));

    expect(warnings).toEqual([expect.stringMatching(/^steering_refused: Expected the message to be a /)]);
    expect(warnings[0]).toMatch(sentence);
    expect(task.snapshot()).toMatchObject({ status: 'running', steering: { queued: 1, delivered: 0, missed: 0 } });
  });

  const collecting: readonly (readonly [string, unknown, RegExp])[] = [
    ...times.map(([value, got]) => [
      `a timeout of ${got}`, { timeout: value },
      new RegExp(`^Expected \`timeout\` to be a number of milliseconds from 0 .*, got ${escaped(got)}\\.$`),
    ] as const),
    ['null for options', null, /^Expected `the options of collect` to be an object, got null\.$/],
    ['a number for options', 300, /^Expected `the options of collect` to be an object, got 300\.$/],
    ['a misspelt option', { timeoutMs: 3 }, /^Unknown field `timeoutMs` in the options of collect\. Expected: timeout, signal\.$/],
    ['no signal', { signal: { aborted: true } }, /^Expected `signal` to be an AbortSignal, got an object\.$/],
  ];

  it.each(collecting)('should be refused a collect with %s, and the task goes on', async (_, options, sentence) => {
    const session = createSession();
    const task = session.delegate(() => NEVER, { goal: 'wait' });
    const before = picture(session);
    const refusal = await collect(task, options as object).catch((thrown: unknown) => thrown);

    expect(refusal).toBeInstanceOf(InvalidArgumentError);
    expect((refusal as Error).message).toMatch(sentence);
    expect(picture(session)).toBe(before);
    await livesOn(session);
  });

  it.each([[undefined, 'undefined'], [null, 'null'], [42, '42'], ['researcher-7kq2wd', '"researcher-7kq2wd"'], [{}, 'an object']])(
    'should be refused a collect of %p', async (task, got) => {
      const refusal = await collect(task as unknown as Task).catch((thrown: unknown) => thrown);

      expect(refusal).toBeInstanceOf(InvalidArgumentError);
      expect((refusal as Error).message).toMatch(new RegExp(`^Expected \`task\` to be .*, got ${escaped(got)}\\.$`));
    });

  it.each(counts)('should be refused a snapshot of %p lines', (lines, got) => {
    const task = createSession().delegate(() => NEVER, { goal: 'wait' });

    expect(() => task.snapshot(lines as number)).toThrow(
      new RegExp(`^Expected \`lines\` to be a whole number from 0, or Infinity, got ${escaped(got)}\\.$`));
  });
});

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

async function firstReport(task: Task): Promise<StopReport> {
  return new Promise((resolve) => { task.stopped.subscribe(resolve); });
}
