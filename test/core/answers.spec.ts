import { describe, expect, it } from '@jest/globals';
import { concat, lastValueFrom, of, Subject, take, throwError } from 'rxjs';
import { collect, createSession, fromAsync, line, result, run, step, text, type AgentAnswer, type AgentFunction } from '../../src/index.js';
import { turns } from '../support/turns.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'answer' };
const taken = async (agent: AgentFunction) => {
  const task = createSession().delegate(agent, brief);
  await turns();
  return task.snapshot();
};

/** Throws at every touch. */
const untouchable = new Proxy({}, new Proxy({}, { get: () => () => { throw new Error('a trap'); } }));
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();

describe('what an agent answers', () => {
  const found: [string, unknown][] = [
    ['a number', 42], ['zero', 0], ['NaN', NaN], ['a bigint', 9n], ['true', true], ['false', false],
    ['null', null], ['a symbol', Symbol('s')],
    ['an object', { rows: [1] }], ['a date', new Date(0)], ['an error', new Error('found')],
    ['bytes in a box', { data: new Uint8Array(2) }],
    ['an object of a type of its own', { type: 'invoice', total: 5 }], ['an object of the type __proto__', { type: '__proto__' }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { rows: 1 })],
    ['an object that says what it has subscribed to', { subscribe: () => 'the news' }], ['a function', () => 42],
  ];

  it.each(found)('should be the result, and no line, where a plain function returns %s', async (_, value) => {
    const { status, windowLines, outcome } = await taken(() => value as AgentAnswer);
    expect({ status, windowLines, outcome }).toMatchObject({ status: 'completed', windowLines: 0, outcome: { result: value } });
  });

  it.each([...found, ['a list', [1, 'two']], ['a map', new Map([[1, 2]])], ['bytes', new Uint8Array(3)]] as [string, unknown][])(
    'should be the result, and no line, where an async function returns %s', async (_, value) => {
      const { status, windowLines, outcome } = await taken(async () => value);
      expect({ status, windowLines, outcome }).toMatchObject({ status: 'completed', windowLines: 0, outcome: { result: value } });
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ['an Observable', async () => of('a', result('b'))],
    ['an async generator', async () => (async function* () { yield 'a'; return 'b'; })()],
    ['a ReadableStream', async () => new ReadableStream({ start: (to) => { to.enqueue('a'); to.enqueue(result('b')); to.close(); } })],
  ])('should be what the stream puts out where a promise, also one made with fromAsync, gives %s', async (_, agent) => {
    for (const one of [agent, fromAsync(agent)] as AgentFunction[]) {
      expect(await taken(one)).toMatchObject({ status: 'completed', preview: ['a'], outcome: { result: 'b' } });
    }
  });

  it('should be no output where its type is a list that reads like one', async () => {
    for (const value of [{ type: ['line'], text: 'x', rows: 3 }, { type: ['result'], value: 1 }]) {
      expect(await taken(async () => value)).toMatchObject({ status: 'completed', windowLines: 0, outcome: { result: value } });
    }
  });

  it.each([
    ['orders to a terminal', '\u001b[0m'], ['a title', '\u001b]0;done\u0007'], ['what has no width', '\u200b'], ['blanks', ' \t '],
    ['a null', '\0'],
  ])('should not be a line of which nothing is to be seen: %s', async (_, nothing) => {
    expect(await taken(() => ['the answer', nothing])).toMatchObject({ outcome: { result: 'the answer' } });
    expect(await taken(() => [text(`the answer\n${nothing}\n`)])).toMatchObject({ outcome: { result: 'the answer' } });
    const { preview, outcome } = await taken(() => [text(`the answer\r${nothing}`)]);
    expect({ preview, outcome }).toMatchObject({ preview: ['the answer'], outcome: { result: 'the answer' } });
    expect(await taken(() => [nothing])).toMatchObject({ outcome: { error: { code: 'no_result' } } });
  });

  it('should be what nobody can change in the outcome', async () => {
    const task = createSession().delegate(() => ['so'], brief);
    const { outcome } = task;
    expect(() => { (outcome as { result: unknown }).result = 'forged'; }).toThrow(TypeError);
    expect(await collect(task)).toBe('so');
  });

  it('should be stopped with its task where a promise gave a stream', async () => {
    const work = new Subject<string>();
    const task = createSession().delegate(async () => work, brief);
    await turns();
    expect(work.observed).toBe(true);
    task.cancel();
    expect(work.observed).toBe(false);
  });

  it('should say what to return where a plain function answers nothing', async () => {
    expect(await taken((() => undefined) as never)).toMatchObject({
      status: 'failed', outcome: { error: { code: 'agent_error', message: expect.stringMatching(/returned undefined\. Let it return/) } },
    });
  });

  it('should be the result also where a generator returns it, without waiting or with', async () => {
    const expected = { status: 'completed', preview: ['a'], outcome: { result: { rows: 1 } } };
    expect(await taken(function* () { yield 'a'; return { rows: 1 }; })).toMatchObject(expected);
    expect(await taken(async function* () { yield 'a'; return { rows: 1 }; })).toMatchObject(expected);
  });

  it('should be the last line where a generator returns nothing', async () => {
    expect(await taken(function* () { yield 'a'; })).toMatchObject({ preview: ['a'], outcome: { result: 'a' } });
  });

  it('should run the finally of a generator that is stopped while it puts out', () => {
    const steps: string[] = [];
    const agent = function* () {
      try {
        yield 'a';
        steps.push('went on');
      } finally {
        steps.push('finally');
      }
    };
    expect(watch(run(agent, brief).pipe(take(1)))).toEqual([line('a'), '|']);
    expect(steps).toEqual(['finally']);
  });

  it.each<[string, unknown, unknown]>([
    ['a string', 'done', 'done'], ['a line', line('done'), 'done'], ['text', text('do\nne'), 'ne'], ['a result', result(42), 42],
  ])('should be read as the output that it is: %s', async (_, output, expected) => {
    for (const agent of [() => output as AgentAnswer, async () => output]) {
      expect(await taken(agent)).toMatchObject({ status: 'completed', outcome: { result: expected } });
    }
  });

  it('should leave the last line for the result where a promise gives nothing', async () => {
    expect(await taken(async (_brief, _steering, { emit }) => { emit('said'); }))
      .toMatchObject({ status: 'completed', preview: ['said'], outcome: { result: 'said' } });
    for (const agent of [async () => undefined, async () => step()]) {
      expect(await taken(agent)).toMatchObject({ status: 'failed', outcome: { error: { code: 'no_result' } } });
    }
  });

  it('should stay an error where it looks like an output and is malformed', async () => {
    const malformed = [{ type: 'line', words: 'a' }, { type: 'usage', inputTokens: 'a' }, { type: 'tool', name: 'grep', state: 'odd' }];
    for (const output of malformed) {
      for (const agent of [() => output as AgentAnswer, async () => output]) {
        expect(await taken(agent)).toMatchObject({ status: 'failed', outcome: { error: { code: 'agent_error' } } });
      }
    }
  });

  it('should end the task, and throw nowhere, where it throws at every touch', async () => {
    const throwing = [{ get type() { throw new Error('in a getter'); } }, { get subscribe() { throw new Error('in a getter'); } }];
    for (const value of [untouchable, revoked, ...throwing]) {
      for (const agent of [
        () => value as AgentAnswer, async () => ({ value }), () => [value] as never,
        function* () { return value; }, async function* () { yield 'a'; return { value }; },
      ] as AgentFunction[]) {
        expect(['completed', 'failed']).toContain((await taken(agent)).status);
      }
    }
  });

  it('should be the same in a run', async () => {
    expect(await lastValueFrom(run(async () => ({ rows: 1 }), brief).pipe(result()))).toEqual({ rows: 1 });
    expect(watch(run(() => 42, brief))).toEqual([result(42), '|']);
    expect(watch(run(function* () { yield 'a'; return 42; }, brief))).toEqual([line('a'), result(42), '|']);
  });

  it.each<[string, AgentFunction]>([
    ['an Observable', () => of('a', { rows: 1 }) as never],
    ['an array', () => [{ rows: 1 }] as never],
    ['a generator', function* () { yield { rows: 1 } as never; }],
    ['an async generator', async function* () { yield { rows: 1 } as never; }],
    ['emit', (_brief, _steering, { emit }) => { emit({ rows: 1 } as never); return 'a'; }],
  ])('should fail and name the cure where %s puts out what is no output', async (_, agent) => {
    const { outcome } = await taken(agent);
    expect(outcome).toMatchObject({ type: 'failed', error: { code: 'agent_error' } });
    expect((outcome as { error: { message: string } }).error.message).toMatch(/put it out as result\(value\)/);
  });

  it('should not hide what a stream puts out before it fails', () => {
    const child = new Subject<string>();
    const seen = watch(run(() => concat(of('a'), child, throwError(() => new Error('boom'))), brief));
    child.next('b');
    child.complete();
    expect(seen).toEqual([line('a'), line('b'), '#']);
  });
});
