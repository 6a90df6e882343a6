import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  concat, finalize, from, interval, lastValueFrom, map, merge, NEVER, Observable, of, Subject, switchMap, take, throwError, timer,
  type Observer,
} from 'rxjs';
import {
  createSession, InvalidArgumentError, isOutcome, line, lines, result, step, text, tool, usage,
  type AgentContext, type AgentOutput, type Brief, type SteeringReceipt, type StopReport, type Task, type TaskEvent,
} from '../../src/index.js';
import { caught } from '../support/caught.js';
import { marbles } from '../support/marbles.js';
import { aCount, sentence } from '../support/sentences.js';
import { taskOf } from '../support/taskOf.js';
import { turns } from '../support/turns.js';
import { until } from '../support/until.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'be a task' };
const throwing = (thrown: unknown) => (): never => { throw thrown; };
const types = (seen: readonly (TaskEvent | '|' | '#')[]) => seen.map((event) => typeof event === 'string' ? event : event.type);

describe('task', () => {
  describe('through its life', () => {
    it('should read running, then completed', () => {
      const { scheduler, advance } = createVirtualTime();
      advance(100);
      const output = new Subject<AgentOutput>();
      const task = createSession({ scheduler }).delegate(() => output, brief, { name: 'writer' });
      advance(10);
      expect(task.snapshot()).toStrictEqual({
        taskId: task.id, agent: 'writer', goal: 'be a task', status: 'running',
        createdAt: 100, startedAt: 100, elapsed: 10, lastActivityAt: 100,
        preview: [], windowLines: 0, droppedLines: 0, cutLines: 0, lateOutputs: 0,
        steering: { queued: 0, delivered: 0, missed: 0 },
      });

      output.next(line('one'));
      advance(5);
      expect(task.snapshot()).toMatchObject({ status: 'running', elapsed: 15, lastActivityAt: 110, preview: ['one'], windowLines: 1 });

      output.complete();
      advance(1_000);
      expect(task.snapshot()).toStrictEqual({
        taskId: task.id, agent: 'writer', goal: 'be a task', status: 'completed',
        createdAt: 100, startedAt: 100, endedAt: 115, elapsed: 15, lastActivityAt: 110,
        preview: ['one'], windowLines: 1, droppedLines: 0, cutLines: 0, lateOutputs: 0,
        steering: { queued: 0, delivered: 0, missed: 0 },
        outcome: { taskId: task.id, seq: 2, at: 115, attempt: 1, type: 'completed', result: 'one' },
      });
    });

    it('should say where it is and how it ended without a snapshot, and that is no hearing of it', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const output = new Subject<string>();
      const first = session.delegate(() => output, brief);
      const second = session.delegate(() => NEVER, brief);
      expect([first.status, first.outcome, second.status]).toEqual(['running', undefined, 'queued']);
      output.next('done');
      output.complete();
      expect([first.status, first.outcome, second.status]).toEqual(['completed', first.snapshot().outcome, 'running']);
      expect(session.tasks()).toEqual([first, second]);
      expect(session.unheard()).toEqual([first]);
    });

    it('should show lines in a list only where they are asked for', () => {
      const session = createSession();
      session.delegate(() => concat(of('one', 'two'), NEVER), brief);
      const { list } = session;
      expect([list(), list(1), list(9)].map(([one]) => one!.preview)).toEqual([[], ['two'], ['one', 'two']]);
      expect(caught(() => list(-1))).toBeInstanceOf(InvalidArgumentError);
    });

    it('should read queued, with no start, while it waits for a slot', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(() => NEVER, brief);
      advance(7);
      const second = session.delegate(() => NEVER, brief);
      advance(3);
      const snapshot = second.snapshot();
      expect(snapshot).toMatchObject({ status: 'queued', createdAt: 7, elapsed: 3 });
      expect(snapshot).not.toHaveProperty('startedAt');
      first.cancel();
      advance(5);
      expect(second.snapshot()).toMatchObject({ status: 'running', createdAt: 7, startedAt: 10, elapsed: 5 });
    });

    it('should read failed where the child failed, and cancelled where it was cancelled', () => {
      expect(taskOf(throwError(() => new RangeError('out of paper'))).snapshot()).toMatchObject({
        status: 'failed', outcome: { type: 'failed', error: { code: 'agent_error', name: 'RangeError', message: 'out of paper' } },
      });
      const task = taskOf(NEVER);
      task.cancel('enough');
      expect(task.snapshot()).toMatchObject({ status: 'cancelled', outcome: { type: 'cancelled', reason: 'enough' } });
    });

    it('should never have started where it was cancelled in the queue', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(() => NEVER, brief);
      let called = false;
      const second = session.delegate(() => { called = true; return NEVER; }, brief);
      advance(4);
      second.cancel();
      first.cancel();
      advance(4);
      expect(called).toBe(false);
      expect(second.snapshot()).toMatchObject({ status: 'cancelled', endedAt: 4, elapsed: 4 });
      expect(second.snapshot()).not.toHaveProperty('startedAt');
      expect(types(watch(second.events))).toEqual(['queued', 'cancelled', '|']);
    });

    it('should read running to whoever is told that it started, and can be cancelled there', () => {
      const session = createSession();
      const seen: unknown[] = [];
      let called = 0;
      session.events.subscribe(({ type, taskId }) => {
        if (type !== 'started') return;
        const task = session.get(taskId);
        seen.push(task?.snapshot().status, typeof task?.snapshot().startedAt, task?.cancel(), task?.snapshot().status);
      });
      const task = session.delegate(() => { called += 1; return NEVER; }, brief);
      expect(seen).toEqual(['running', 'number', true, 'cancelled']);
      expect(typeof task.snapshot().startedAt).toBe('number');
      expect(called).toBe(0);
      expect(types(watch(task.events))).toEqual(['started', 'cancelled', '|']);
    });

    it('should say who it is, in ids too', () => {
      const session = createSession();
      const readFiles = () => NEVER;
      const task = session.delegate(readFiles, { goal: 'read', context: 'fast' });
      expect(task.id).toMatch(/^readfiles-[2-9a-hjkmnp-z]{6}$/);
      expect(task.parentId).toBeUndefined();
      expect(task.brief).toEqual({ goal: 'read', context: 'fast' });
      expect(session.delegate(readFiles, brief, { name: 'Änne’s Reader №1' }).id).toMatch(/^nne-s-reader-1-[2-9a-hjkmnp-z]{6}$/);
      expect(session.delegate(() => NEVER, brief).id).toMatch(/^agent-/);
      expect(session.delegate(() => NEVER, brief, { name: '№' }).id).toMatch(/^agent-/);
    });

    it('should sum up what was used', () => {
      const task = taskOf([usage({ inputTokens: 1, outputTokens: 2 }), usage({ inputTokens: 3, outputTokens: 4, costUsd: 0.5 }), 'done']);
      expect(task.snapshot().usage).toEqual({ inputTokens: 4, outputTokens: 6, costUsd: 0.5 });
      const free = taskOf([usage({ inputTokens: 1, outputTokens: 2 }), 'done']);
      expect(free.snapshot().usage).toStrictEqual({ inputTokens: 1, outputTokens: 2 });
    });

    it('should count every kind of output as activity', () => {
      const all = [line('a'), text('a'), step(), tool('grep', 'started'), usage({ inputTokens: 1, outputTokens: 1 }), result('a')];
      for (const output of all) {
        const { scheduler, advance } = createVirtualTime();
        const outputs = new Subject<AgentOutput>();
        const task = createSession({ scheduler }).delegate(() => outputs, brief);
        advance(10);
        outputs.next(output);
        expect(task.snapshot().lastActivityAt).toBe(10);
      }
    });
  });

  describe('snapshot', () => {
    it('should show the last 10 lines, or as many as asked for', () => {
      const task = taskOf(Array.from({ length: 30 }, (_, n) => String(n)));
      expect(task.snapshot().preview).toEqual(['20', '21', '22', '23', '24', '25', '26', '27', '28', '29']);
      expect(task.snapshot(2).preview).toEqual(['28', '29']);
      expect(task.snapshot(0).preview).toEqual([]);
      expect(task.snapshot(Infinity).preview).toHaveLength(30);
    });

    it.each([[-1, '-1'], [0.5, '0.5'], [NaN, 'NaN'], ['2', '"2"'], [null, 'null']])('should refuse %p lines', (lines, words) => {
      expect(caught(() => taskOf(['a']).snapshot(lines as number))).toEqual(new InvalidArgumentError(sentence('lines', aCount(0), words)));
    });

    it('should be of its moment', () => {
      const output = new Subject<string>();
      const task = taskOf(output);
      const before = task.snapshot();
      output.next('a');
      task.steer('on');
      expect(before).toMatchObject({ preview: [], windowLines: 0, steering: { queued: 0 } });
    });

    it('should be plain data', () => {
      const parent = createSession().delegate((_brief, _steering, { delegate }) => {
        delegate(() => NEVER, brief);
        return ['a', usage({ inputTokens: 1, outputTokens: 1 })];
      }, brief);
      expect(JSON.parse(JSON.stringify(parent.snapshot()))).toStrictEqual(parent.snapshot());
    });
  });

  describe('events', () => {
    it('should tell everything in one order, as plain data', () => {
      const { scheduler, advance } = createVirtualTime();
      advance(5);
      const outputs = new Subject<AgentOutput | string>();
      const task = createSession({ scheduler }).delegate(() => outputs, brief, { name: 'writer' });
      const seen = watch(task.events);
      outputs.next('bare');
      advance(1);
      outputs.next(line('one\ntwo'));
      outputs.next(text('three\nfo'));
      outputs.next(step());
      outputs.next(tool('grep', 'started', 'x'));
      outputs.next(usage({ inputTokens: 1, outputTokens: 2 }));
      task.steer('faster', { id: 'm1' });
      outputs.next(result('r'));
      outputs.complete();
      const stamp = (seq: number, at = 6) => ({ taskId: task.id, seq, at, attempt: 1 });
      const expected = [
        { ...stamp(0, 5), type: 'started', agent: 'writer', goal: 'be a task', depth: 1 },
        { ...stamp(1, 5), type: 'line', text: 'bare' },
        { ...stamp(2), type: 'line', text: 'one' },
        { ...stamp(3), type: 'line', text: 'two' },
        { ...stamp(4), type: 'line', text: 'three' },
        { ...stamp(5), type: 'step' },
        { ...stamp(6), type: 'tool', name: 'grep', state: 'started', detail: 'x' },
        { ...stamp(7), type: 'usage', inputTokens: 1, outputTokens: 2 },
        { ...stamp(8), type: 'steered', steeringId: 'm1', state: 'queued', text: 'faster' },
        { ...stamp(9), type: 'line', text: 'fo' },
        { ...stamp(10), type: 'steered', steeringId: 'm1', state: 'missed', text: 'faster', reason: 'completed' },
        { ...stamp(11), type: 'completed', result: 'r' },
        '|',
      ];
      expect(seen).toStrictEqual(expected);
      expect(JSON.parse(JSON.stringify(seen))).toStrictEqual(expected);
      expect(watch(task.events)).toStrictEqual(expected);
    });

    it('should tell queued before started', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(() => NEVER, brief);
      const second = session.delegate(() => ['a'], { goal: 'wait' });
      const early = watch(second.events);
      first.cancel();
      expect(early).toMatchObject([
        { seq: 0, type: 'queued', goal: 'wait', depth: 1 }, { seq: 1, type: 'started', goal: 'wait', depth: 1 }, { seq: 2, type: 'line' },
        { seq: 3, type: 'completed' }, '|',
      ]);
      expect(watch(second.events)).toStrictEqual(early);
    });

    it('should name the parent', () => {
      let child: Task | undefined;
      const parent = createSession().delegate((_brief, _steering, { delegate }) => {
        child = delegate(() => ['a'], { goal: 'help' });
        return NEVER;
      }, brief);
      expect(child?.parentId).toBe(parent.id);
      expect(child?.snapshot().parentId).toBe(parent.id);
      expect(watch(child!.events)[0]).toMatchObject({ type: 'started', parentId: parent.id, depth: 2 });
    });

    it('should never error, whatever the child does', () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      const agents: readonly (() => never)[] = [
        ...[new Error('no'), null, undefined, proxy, { get message() { throw new Error('not even this'); } }].map(throwing),
        () => undefined as never, () => [5] as never, () => throwError(() => proxy as unknown) as never,
        () => [{ type: 'result', get value() { throw new Error('no'); } }] as never,
        () => [{ get type() { throw new Error('no'); } }] as never,
        () => new Proxy({}, { has() { throw new Error('no'); }, get() { throw new Error('no'); } }) as never,
      ];
      for (const agent of agents) {
        const seen = watch(createSession().delegate(agent, brief).events);
        expect(types(seen)).toEqual(['started', 'failed', '|']);
        expect(seen[1]).toMatchObject({ error: { code: 'agent_error', message: expect.stringMatching(/./) } });
      }
    });

    it('should be told to many, of whom none changes anything for the others', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a-b-c---d-|');
        const first = '       ^-!          ';
        const second = '      ----^-----!  ';
        const third = '       ^            ';
        const childSubs = '   ^----------! ';
        const expected1 = '   -a-          ';
        const expected2 = '   ----(ab|)    ';
        const expected3 = '   -a-b-c---d-| ';
        const texts = taskOf(child).events.pipe(lines());
        expectObservable(texts, first).toBe(expected1);
        expectObservable(texts.pipe(take(2)), second).toBe(expected2);
        expectObservable(texts, third).toBe(expected3);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should keep the outcome for whoever comes too late for everything else', () => {
      const task = taskOf([...Array.from({ length: 500 }, (_, n) => String(n)), ...Array.from({ length: 500 }, () => step())]);
      const seen = watch(task.events) as TaskEvent[];
      expect(seen.at(-1)).toBe('|');
      expect(seen.at(-2)).toMatchObject({ type: 'completed', result: '499' });
    });

    it('should end with what the child puts out after its end counted, and not told', () => {
      const late: Observer<string>[] = [];
      const task = taskOf(new Observable<string>((subscriber) => {
        late.push(subscriber);
        subscriber.next('a');
      }));
      const seen = watch(task.events);
      task.cancel();
      late[0]?.next('b');
      late[0]?.error(new Error('no'));
      expect(types(seen)).toEqual(['started', 'line', 'cancelled', '|']);
      expect(task.snapshot()).toMatchObject({ lateOutputs: 2, preview: ['a'], outcome: { type: 'cancelled' } });
    });

    it('should warn where the teardown of the child throws, and end all the same', () => {
      const torn = NEVER.pipe(finalize(() => { throw new Error('torn'); }));
      const task = taskOf(torn);
      expect(() => task.cancel()).not.toThrow();
      expect(watch(task.events)).toMatchObject([
        { type: 'started' }, { type: 'warning', code: 'teardown_failed', message: expect.stringContaining('torn') },
        { type: 'cancelled' }, '|',
      ]);
      const output = new Subject<string>();
      const ending = taskOf(output.pipe(finalize(() => { throw new Error('torn'); })));
      output.next('a');
      expect(() => output.complete()).not.toThrow();
      expect(types(watch(ending.events))).toEqual(['started', 'line', 'warning', 'completed', '|']);
    });
  });

  describe('as an Observable’s owner', () => {
    it('should be an ObservableInput', async () => {
      const task = taskOf(['a']);
      expect(watch(from(task))).toStrictEqual(watch(task.events));
      expect(types(watch(of(1).pipe(switchMap(() => task))))).toEqual(['started', 'line', 'completed', '|']);
      expect(types(watch(merge(task, taskOf(['b']))))).toEqual(['started', 'line', 'completed', 'started', 'line', 'completed', '|']);
      expect(await lastValueFrom(from(task))).toMatchObject({ type: 'completed' });
    });

    it('should have no then, so that an async function can return it', async () => {
      const task = taskOf(NEVER);
      expect('then' in task).toBe(false);
      const returned = await (async () => task)();
      expect(returned).toBe(task);
      expect(returned.snapshot().status).toBe('running');
    });

    it('should be cancelled by the end of a using block', () => {
      const task = taskOf(NEVER);
      {
        using held = task;
        expect(held.snapshot().status).toBe('running');
      }
      expect(task.snapshot().status).toBe('cancelled');
    });

    it('should take no harm from a using block that it does not outlive', () => {
      const task = taskOf(['a']);
      {
        using held = task;
        expect(held.id).toBe(task.id);
      }
      expect(task.snapshot().status).toBe('completed');
    });

    it('should be the same handle wherever it is asked for', () => {
      const session = createSession();
      const task = session.delegate(() => NEVER, brief);
      expect(session.get(task.id)).toBe(task);
      expect(task.events).toBe(task.events);
    });
  });

  describe('result', () => {
    it.each<[string, readonly (AgentOutput<unknown> | string)[], unknown]>([
      ['the last result', [result(1), 'a', result(2), 'b'], 2],
      ['a result that is undefined', ['a', result(undefined)], undefined],
      ['the last line where there is none', ['a', 'b', step()], 'b'],
      ['the last line that is not blank', ['a', '', ' \t', text('\n \n')], 'a'],
      ['the last line that shows anything, eight-bit orders apart', ['zebra', '\u009b31m', '\u009d0;t\u009c', '\u0090q\u009c'], 'zebra'],
      ['a blank where it is said to be the result', [result(' '), 'a'], ' '],
      ['the text in hand', ['a', text('b\nc')], 'c'],
      ['a line of text', [text('a\nb\n')], 'b'],
    ])('should be %s', (_, outputs, value) => {
      expect(taskOf<unknown>(outputs).snapshot().outcome).toMatchObject({ type: 'completed', result: value });
    });

    it('should be failed as no_result where the child said nothing at all, or nothing but blanks', () => {
      for (const outputs of [[], [step()], [text('')], [' ', '', '\n\n', text(' \n\r\n\t')]]) {
        expect(taskOf(outputs).snapshot().outcome).toMatchObject({ type: 'failed', error: { code: 'no_result', name: 'NoResultError' } });
      }
    });

    it('should be failed where the child errs, whatever result it gave before', () => {
      expect(taskOf(concat(of(result('r')), throwError(() => new Error('no')))).snapshot().status).toBe('failed');
    });

    it('should be the very value of the agent', () => {
      const value = { deep: [1] };
      const outcome = taskOf<typeof value>([result(value)]).snapshot().outcome;
      expect(outcome?.type === 'completed' && outcome.result).toBe(value);
    });
  });

  describe('window', () => {
    it('should keep 200 lines of 500 characters, and count what was dropped and cut', () => {
      const outputs = Array.from({ length: 250 }, (_, n) => n % 10 === 0 ? `${n} `.padEnd(600, 'x') : String(n));
      const task = taskOf(outputs);
      const snapshot = task.snapshot(Infinity);
      expect(snapshot).toMatchObject({ windowLines: 200, droppedLines: 50, cutLines: 20 });
      expect(snapshot.preview).toHaveLength(200);
      expect(snapshot.preview[0]).toBe(`50 ${'x'.repeat(487)}… [+110]`);
      expect(snapshot.preview[1]).toBe('51');
      expect(snapshot.preview.at(-1)).toBe('249');
      expect(Math.max(...snapshot.preview.map((each) => each.length))).toBeLessThanOrEqual(500);
    });

    it('should leave a line of just 500 characters whole, and cut one of 501', () => {
      const task = taskOf(['x'.repeat(500), 'y'.repeat(501)]);
      const [, whole, cut] = watch(task.events);
      expect(whole).not.toHaveProperty('cut');
      expect(whole).toMatchObject({ text: 'x'.repeat(500) });
      expect(cut).toMatchObject({ type: 'line', cut: 9, text: `${'y'.repeat(492)}… [+9]` });
      expect(task.snapshot()).toMatchObject({ cutLines: 1, droppedLines: 0 });
    });

    it('should say in the mark how much is gone, whatever the length, and never part a surrogate pair', () => {
      fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.string({ unit: 'grapheme', maxLength: 150 }), (lineLength, words) => {
        const printed = words.replace(/\n/g, '');
        const [, event] = watch(taskOf([printed], { lineLength }).events);
        if (typeof event === 'string' || event?.type !== 'line') throw new Error('no line');
        const { text: kept, cut } = event;
        expect(kept.length).toBeLessThanOrEqual(lineLength);
        expect(Buffer.from(kept).toString()).toBe(kept);
        if (printed.length <= lineLength) {
          expect([kept, cut]).toEqual([printed, undefined]);
          return;
        }
        const head = kept.slice(0, kept.lastIndexOf('…'));
        expect(printed.startsWith(head)).toBe(true);
        expect(head.length + cut!).toBe(printed.length);
        expect(['…', `… [+${cut}]`]).toContain(kept.slice(head.length));
      }));
    });

    it('should forget that a line was cut when it leaves', () => {
      const task = taskOf(['x'.repeat(600), 'b', 'c'], { windowLines: 2 });
      expect(task.snapshot()).toMatchObject({ windowLines: 2, droppedLines: 1, cutLines: 0, preview: ['b', 'c'] });
    });

    it('should be as large as asked for, also without end', () => {
      const outputs = Array.from({ length: 1_000 }, (_, n) => String(n));
      expect(taskOf(outputs, { windowLines: 1 }).snapshot(Infinity).preview).toEqual(['999']);
      expect(taskOf(outputs, { windowLines: Infinity, lineLength: Infinity }).snapshot(Infinity).preview).toEqual(outputs);
    });

    it('should be what a late observer is given, from the oldest line on', () => {
      const task = taskOf(['a', step(), 'b', step(), 'c'], { windowLines: 2 });
      expect(watch(task.events)).toMatchObject([
        { seq: 3, type: 'line', text: 'b' }, { seq: 4, type: 'step' }, { seq: 5, type: 'line', text: 'c' },
        { seq: 6, type: 'completed' }, '|',
      ]);
    });
  });

  describe('text', () => {
    const linesOf = (chunks: readonly string[], options?: Parameters<typeof taskOf>[1]) =>
      taskOf(chunks.map(text), options).snapshot(Infinity).preview;

    it('should become lines at newlines, wherever it is cut into chunks', () => {
      expect(linesOf(['on', 'e\ntw', 'o\n', '\nfour'])).toEqual(['one', 'two', '', 'four']);
      expect(linesOf(['one\r', '\ntwo\r\n', 'th\rree'])).toEqual(['one', 'two', 'ree']);
      expect(linesOf(['\ud83d', '\ude00\n'])).toEqual(['😀']);
    });

    it('should make a line of what is left just before the outcome, however the task ends', () => {
      const ends: readonly ((output: Subject<AgentOutput>, task: Task) => unknown)[] = [
        (output) => output.complete(), (output) => output.error(new Error('no')), (_, task) => task.cancel(),
      ];
      for (const end of ends) {
        const output = new Subject<AgentOutput>();
        const task = taskOf(output);
        const seen = watch(task.events);
        output.next(text('half a li'));
        expect(types(seen)).toEqual(['started']);
        end(output, task);
        expect(seen.at(-3)).toMatchObject({ type: 'line', text: 'half a li' });
        expect(isOutcome(seen.at(-2) as TaskEvent)).toBe(true);
      }
    });

    it('should be ended where a line never ends, and not inside a surrogate pair', () => {
      expect(linesOf(['abcdefghij'], { maxLineBytes: 4 })).toEqual(['abcd', 'efgh', 'ij']);
      expect(linesOf(['a', '😀', '😀'], { maxLineBytes: 8 })).toEqual(['a😀', '😀']);
    });

    it('should keep its order among printed lines', () => {
      expect(taskOf([text('a\nb'), 'c', text('d\n')]).snapshot().preview).toEqual(['a', 'c', 'bd']);
    });

    it('should not be torn by what an observer of its first line makes the child say', () => {
      for (const [chunk, answer, expected] of [
        [text('one\ntwo'), text(' three\n'), ['one', 'two three']], [line('one\ntwo'), line('three'), ['one', 'two', 'three']],
      ] as const) {
        const output = new Subject<AgentOutput>();
        const task = createSession().delegate((_brief, steering) => merge(output, steering.pipe(map(() => answer))), brief);
        task.events.subscribe((event) => { if (event.type === 'line' && event.text === 'one') task.steer('go on'); });
        output.next(chunk);
        expect(task.snapshot().preview).toEqual(expected);
      }
    });

    it('should part printed lines at their newlines too', () => {
      expect(taskOf(['a\nb\r\nc\n', '\n', '']).snapshot().preview).toEqual(['a', 'b', 'c', '', '']);
    });
  });

  describe('steer', () => {
    const deaf = () => NEVER;
    const echo = (_brief: Brief, steering: Observable<string>) => steering.pipe(map((words) => `heard ${words}`));
    const state = ({ state: now, reason }: SteeringReceipt) => reason === undefined ? now : `${now}: ${reason}`;

    it('should deliver at once to an agent that listens', () => {
      const task = createSession().delegate(echo, brief);
      const receipt = task.steer('a');
      expect(receipt).toMatchObject({ id: expect.any(String), state: 'delivered' });
      expect(watch(receipt.settled).map((each) => typeof each === 'string' ? each : state(each))).toEqual(['delivered', '|']);
      expect(task.snapshot()).toMatchObject({ preview: ['heard a'], steering: { queued: 0, delivered: 1, missed: 0 } });
      expect(types(watch(task.events))).toEqual(['started', 'steered', 'line']);
    });

    it('should keep a message for an agent that does not listen yet, and settle when it does', () => {
      const starts = new Subject<void>();
      const task = createSession().delegate((what, steering) => starts.pipe(switchMap(() => echo(what, steering))), brief);
      const receipts = [task.steer('a'), task.steer('b')];
      const settled = receipts.map((receipt) => watch(receipt.settled));
      expect(receipts.map(state)).toEqual(['queued', 'queued']);
      expect(settled).toEqual([[], []]);
      expect(task.snapshot().steering).toEqual({ queued: 2, delivered: 0, missed: 0 });
      starts.next();
      expect(settled.map((seen) => seen.map((each) => typeof each === 'string' ? each : state(each)))).toEqual(
        [['delivered', '|'], ['delivered', '|']],
      );
      expect(task.snapshot()).toMatchObject({ preview: ['heard a', 'heard b'], steering: { queued: 0, delivered: 2, missed: 0 } });
      expect(receipts.map(state)).toEqual(['queued', 'queued']);
      expect(receipts.every((receipt) => Object.isFrozen(receipt))).toBe(true);
    });

    it('should be delivered by takeSteering, all that waits at once', () => {
      const steps = new Subject<void>();
      const task = createSession().delegate(
        (_brief, _steering, { takeSteering }) => steps.pipe(map(() => takeSteering().join(','))), brief,
      );
      task.steer('a');
      task.steer('b');
      steps.next();
      steps.next();
      expect(task.snapshot()).toMatchObject({ preview: ['a,b', ''], steering: { queued: 0, delivered: 2, missed: 0 } });
    });

    it.each<[string, (output: Subject<string>, task: Task) => unknown]>([
      ['completed', (output) => { output.next('a'); output.complete(); }],
      ['failed', (output) => output.error(new Error('no'))],
      ['cancelled', (_, task) => task.cancel()],
    ])('should be missed where the task ends as %s without taking it', (how, end) => {
      const output = new Subject<string>();
      const task = taskOf(output);
      const receipt = task.steer('a', { id: 'm' });
      const settled = watch(receipt.settled);
      end(output, task);
      expect(settled).toMatchObject([{ id: 'm', state: 'missed', reason: how }, '|']);
      expect(task.steer('a', { id: 'm' })).toMatchObject({ id: 'm', state: 'missed', reason: how });
      expect(task.snapshot()).toMatchObject({
        steering: { queued: 0, delivered: 0, missed: 1 }, missedSteering: [{ id: 'm', text: 'a' }],
      });
      expect((watch(task.events) as TaskEvent[]).filter(({ type }) => type === 'steered')).toMatchObject([
        { steeringId: 'm', state: 'queued' }, { steeringId: 'm', state: 'missed', reason: how },
      ]);
    });

    it('should send the message once where the same id comes twice, and answer with its state', () => {
      const session = createSession();
      const listening = session.delegate(echo, brief);
      expect([listening.steer('a', { id: 'm' }), listening.steer('other', { id: 'm' })].map(state)).toEqual(['delivered', 'delivered']);
      expect(listening.snapshot().preview).toEqual(['heard a']);
      const waiting = session.delegate(deaf, brief);
      expect([waiting.steer('a', { id: 'm' }), waiting.steer('a', { id: 'm' })].map(state)).toEqual(['queued', 'queued']);
      expect(waiting.snapshot().steering.queued).toBe(1);
    });

    it('should give each message without an id a new one, also beside ids that look like it', () => {
      const task = taskOf(NEVER);
      const first = task.steer('a').id;
      const next = first.replace(/\d+$/, (digits) => String(Number(digits) + 1));
      task.steer('b', { id: next });
      expect(new Set([first, next, task.steer('c').id]).size).toBe(3);
      expect(task.snapshot().steering.queued).toBe(3);
    });

    it.each<[string, unknown, unknown]>([
      ['a blank message', ' \n', undefined], ['an empty message', '', undefined], ['a message that is a number', 5, undefined],
      ['no message', undefined, undefined], ['a message over the length', 'x'.repeat(16_385), undefined],
      ['an id that is a number', 'a', { id: 5 }], ['an empty id', 'a', { id: '' }],
      ['an id that is no string, nor can be one', 'a', { id: Object.create(null) as unknown }],
      ['options that are null', 'a', null], ['an id that is a symbol', 'a', { id: Symbol('id') }],
    ])('should refuse %s as invalid_argument, by its receipt', (_, words, options) => {
      const task = taskOf(NEVER);
      const seen = watch(task.events);
      const receipt = task.steer(words as string, options as { id: string });
      expect(receipt).toMatchObject({ state: 'missed', reason: 'invalid_argument' });
      expect(Object.isFrozen(receipt)).toBe(true);
      expect(watch(receipt.settled)).toEqual([receipt, '|']);
      expect(task.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 0 });
      expect(types(seen)).toEqual(['started']);
    });

    it('should take a message of just the length', () => {
      expect(taskOf(NEVER).steer('x'.repeat(16_384)).state).toBe('queued');
      expect(taskOf(NEVER, { messageLength: 2 }).steer('xx').state).toBe('queued');
      expect(taskOf(NEVER, { messageLength: 2 }).steer('xxx')).toMatchObject({ state: 'missed', reason: 'invalid_argument' });
    });

    it('should keep the texts of the last 32 that were missed, and of no others', () => {
      const task = taskOf(NEVER, { mailboxSize: Infinity });
      for (let n = 0; n < 40; n++) task.steer(`text ${n}`, { id: `m${n}` });
      expect('missedSteering' in task.snapshot()).toBe(false);
      task.cancel();
      const { steering, missedSteering } = task.snapshot();
      expect(steering.missed).toBe(40);
      expect(missedSteering).toHaveLength(32);
      expect([missedSteering![0], missedSteering![31]]).toEqual([{ id: 'm8', text: 'text 8' }, { id: 'm39', text: 'text 39' }]);
    });

    it('should refuse where the task has ended, not counted among the missed', () => {
      const task = taskOf(['a']);
      expect(task.steer('b')).toMatchObject({ state: 'missed', reason: 'not_running' });
      expect(task.snapshot().steering.missed).toBe(0);
    });

    it('should refuse where the mailbox is full, and take the same id when it is not', () => {
      const steps = new Subject<void>();
      const session = createSession({ mailboxSize: 2 });
      const task = session.delegate((_brief, _steering, { takeSteering }) => steps.pipe(map(() => takeSteering().join(','))), brief);
      task.steer('a');
      task.steer('b');
      expect(task.steer('c', { id: 'm' })).toMatchObject({ id: 'm', state: 'missed', reason: 'mailbox_full' });
      expect(task.snapshot().steering).toEqual({ queued: 2, delivered: 0, missed: 0 });
      steps.next();
      expect(task.steer('c', { id: 'm' })).toMatchObject({ id: 'm', state: 'queued' });
      steps.next();
      expect(task.snapshot()).toMatchObject({ preview: ['a,b', 'c'], steering: { queued: 0, delivered: 3, missed: 0 } });
    });

    it('should hold 32 messages by default', () => {
      const task = taskOf(NEVER);
      for (let n = 0; n < 32; n++) expect(task.steer('a').state).toBe('queued');
      expect(task.steer('a').reason).toBe('mailbox_full');
    });

    it('should reach a queued task when it starts', () => {
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      const first = session.delegate(deaf, brief);
      const second = session.delegate(echo, brief);
      expect(second.steer('a').state).toBe('queued');
      first.cancel();
      expect(second.snapshot()).toMatchObject({ preview: ['heard a'], steering: { delivered: 1 } });
    });

    it('should give each message to one agent that listens twice, once each', () => {
      const task = createSession().delegate((what, steering) => merge(echo(what, steering), echo(what, steering)), brief);
      task.steer('a');
      expect(task.snapshot()).toMatchObject({ preview: ['heard a', 'heard a'], steering: { delivered: 1 } });
    });

    it('should complete the steering of the agent when the task ends', () => {
      const seen: string[] = [];
      const task = createSession().delegate((_brief, steering) => {
        steering.subscribe({ next: (words) => seen.push(words), complete: () => seen.push('|') });
        return NEVER;
      }, brief);
      task.steer('a');
      task.cancel();
      expect(seen).toEqual(['a', '|']);
    });

    it('should not read delivered where the agent was cancelled before it was given the message', () => {
      const got: string[] = [];
      const task = createSession().delegate((_brief, steering) => {
        steering.subscribe((words) => got.push(words));
        return NEVER;
      }, brief);
      task.events.subscribe(({ type }) => { if (type === 'steered') task.cancel(); });
      const receipt = task.steer('a');
      expect(got).toEqual(receipt.state === 'delivered' ? ['a'] : []);
      expect(task.snapshot().steering).toMatchObject(got.length === 1 ? { delivered: 1, missed: 0 } : { delivered: 0, missed: 1 });
    });

    it('should keep the order of messages that the agent sends itself while it is given one', () => {
      const got: string[] = [];
      const session = createSession();
      const task: Task = session.delegate((_brief, steering) => {
        steering.subscribe((words) => {
          got.push(words);
          if (words === 'a') expect(task.steer('c').state).toBe('queued');
        });
        return NEVER;
      }, brief);
      task.steer('a');
      task.steer('d');
      expect(got).toEqual(['a', 'c', 'd']);
    });
  });

  describe('steering', () => {
    it('should send what it is given, and ignore its end', () => {
      for (const end of ['complete', 'error'] as const) {
        const hints = new Subject<string>();
        const task = createSession().delegate((_brief, steering) => steering, brief);
        hints.subscribe(task.steering);
        hints.next('a');
        hints.next('b');
        hints[end](new Error('no'));
        expect(task.snapshot()).toMatchObject({ status: 'running', preview: ['a', 'b'], steering: { delivered: 2 } });
        expect(task.steer('c').state).toBe('delivered');
      }
    });

    it('should tell of a refusal by a warning, and keep still once the task has ended', () => {
      const task = taskOf(NEVER, { mailboxSize: 1 });
      const hints = of('a', ' ', 'b');
      hints.subscribe(task.steering);
      expect(types(watch(task.events))).toEqual(['started', 'steered', 'warning', 'warning']);
      const warning = { type: 'warning', code: 'steering_refused', message: expect.stringMatching(/./) };
      expect(watch(task.events).slice(2)).toMatchObject([warning, warning]);
      task.cancel();
      const before = watch(task.events).length;
      task.steering.next('c');
      expect(watch(task.events)).toHaveLength(before);
    });
  });

  describe('cancel', () => {
    it('should end the task and unsubscribe the child in the same frame', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const child = cold('  -a-b-c-|');
        const cancel = cold(' ----x');
        const childSubs = '   ^---!';
        const expected = '    sa-b(x|)';
        const task = taskOf(child);
        cancel.subscribe(() => { task.cancel('enough'); });
        const marks: Record<string, string> = { started: 's', cancelled: 'x' };
        expectObservable(task.events.pipe(map((event) => event.type === 'line' ? event.text : marks[event.type]))).toBe(expected);
        expectSubscriptions(child.subscriptions).toBe(childSubs);
      });
    });

    it('should answer true once, and false for a task that has ended', () => {
      const task = taskOf(NEVER);
      expect([task.cancel(), task.cancel(), taskOf(['a']).cancel()]).toEqual([true, false, false]);
    });

    it('should say the reason in words', () => {
      const unreadable = { get message() { throw new Error('not even this'); } };
      const reasons: readonly [unknown, string][] = [
        [undefined, 'cancelled'], ['enough', 'enough'], [new RangeError('too slow'), 'too slow'], [{ by: 'user' }, '{"by":"user"}'],
        [5, '5'], [null, 'null'], ['', 'no message was given'], [unreadable, 'something was thrown that cannot be read'],
      ];
      for (const [reason, words] of reasons) {
        const task = taskOf(NEVER);
        task.cancel(reason);
        expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: words });
      }
    });

    it('should abort the signal of the child with an error that carries the reason', () => {
      let signal: AbortSignal | undefined;
      const task = createSession().delegate((_brief, _steering, context) => { signal = context.signal; return NEVER; }, brief);
      expect(signal?.aborted).toBe(false);
      const reason = new Error('too slow');
      task.cancel(reason);
      expect(signal?.aborted).toBe(true);
      expect(signal?.reason).toMatchObject({ code: 'cancelled', message: 'The task was cancelled: too slow', cause: reason });
    });

    it('should show an aborted signal to a child that reads it only afterwards', () => {
      let context: AgentContext | undefined;
      const task = createSession().delegate((_brief, _steering, given) => { context = given; return NEVER; }, brief);
      task.cancel();
      expect(context?.signal.aborted).toBe(true);
    });

    it('should not abort the signal of a child that ended by itself', () => {
      for (const end of [of('a'), throwError(() => new Error('no'))]) {
        let context: AgentContext | undefined;
        let early: AbortSignal | undefined;
        createSession().delegate((_brief, _steering, given) => { context = given; early = given.signal; return end; }, brief);
        expect([early?.aborted, context?.signal.aborted]).toEqual([false, false]);
      }
    });

    it('should end everything below, children before their parents, and no event of it follows', () => {
      const session = createSession();
      const seen: string[] = [];
      session.events.subscribe(({ type, taskId }) => seen.push(`${taskId.split('-')[0]} ${type}`));
      const ticks = interval(1).pipe(map(String));
      const parent = session.delegate((_brief, _steering, { delegate }) => {
        delegate((_b, _s, below) => {
          below.delegate(() => ticks, brief, { name: 'c' });
          return ticks;
        }, brief, { name: 'b' });
        return ticks;
      }, brief, { name: 'a' });
      parent.cancel('enough');
      expect(seen).toEqual(['a started', 'b started', 'c started', 'c cancelled', 'b cancelled', 'a cancelled']);
      expect(session.list().map(({ outcome }) => outcome?.type === 'cancelled' && outcome.reason)).toEqual(
        ['enough', 'parent_ended', 'parent_ended'],
      );
    });

    it('should work from inside the agent’s own call', () => {
      const controller = new AbortController();
      const output = new Subject<string>();
      const task = createSession().delegate(() => { controller.abort('enough'); return output; }, brief, { signal: controller.signal });
      expect(task.snapshot().outcome).toMatchObject({ type: 'cancelled', reason: 'enough' });
      expect(output.observed).toBe(false);
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
    });
  });

  describe('stopped', () => {
    it('should tell at once of a child that stops at once, to early and late observers', () => {
      const task = taskOf(NEVER);
      const early = watch(task.stopped);
      expect(early).toEqual([]);
      task.cancel();
      const report: StopReport = { taskId: task.id, stopped: true, ids: [task.id], notStopped: [] };
      expect(early).toEqual([report, '|']);
      expect(watch(task.stopped)).toEqual([report, '|']);
    });

    it('should tell of a task that ended by itself, and of one that never started', () => {
      const done = taskOf(['a']);
      expect(watch(done.stopped)).toEqual([{ taskId: done.id, stopped: true, ids: [done.id], notStopped: [] }, '|']);
      const session = createSession({ maxRunning: 1, overflow: 'queue' });
      session.delegate(() => NEVER, brief);
      const queued = session.delegate(() => NEVER, brief);
      queued.cancel();
      expect(watch(queued.stopped)).toEqual([{ taskId: queued.id, stopped: true, ids: [queued.id], notStopped: [] }, '|']);
    });

    it('should wait for a promise that goes on after the cancel', async () => {
      let finish: (() => void) | undefined;
      const task = taskOf(new Promise<string>((resolve) => { finish = () => resolve('late'); }));
      const seen = watch(task.stopped);
      task.cancel();
      await turns();
      expect(seen).toEqual([]);
      finish?.();
      await turns();
      expect(seen).toEqual([{ taskId: task.id, stopped: true, ids: [task.id], notStopped: [] }, '|']);
      expect(task.snapshot()).toMatchObject({ status: 'cancelled', lateOutputs: 1 });
    });

    it('should give up when the grace runs out, counted from the end', () => {
      const { scheduler, advance } = createVirtualTime();
      const task = createSession({ scheduler, cancelGrace: 50 }).delegate(() => new Promise<string>(() => undefined), brief);
      task.cancel();
      const first = watch(task.stopped);
      advance(49);
      const second = watch(task.stopped);
      expect([first, second]).toEqual([[], []]);
      advance(1);
      const report = { taskId: task.id, stopped: false, ids: [task.id], notStopped: [task.id] };
      expect([first, second]).toEqual([[report, '|'], [report, '|']]);
    });

    it('should name of all that it waits for what has not stopped, also what had ended before', () => {
      const { scheduler, advance } = createVirtualTime();
      const session = createSession({ scheduler, cancelGrace: 50 });
      const stubborn = () => new Promise<string>(() => undefined);
      let context: AgentContext | undefined;
      const parent = session.delegate((_brief, _steering, given) => { context = given; return NEVER; }, brief);
      const early = context!.delegate(stubborn, brief);
      context!.delegate(() => NEVER, brief);
      const late = context!.delegate(stubborn, brief);
      const free = context!.delegate(stubborn, brief, { detached: true });
      const other = session.delegate(stubborn, brief);
      for (const task of [early, free, other, parent]) task.cancel();
      const seen = watch(parent.stopped);
      advance(50);
      expect(seen).toMatchObject([{ stopped: false, notStopped: [early.id, late.id] }, '|']);
    });

    it('should tell the truth to whoever asks after the grace', async () => {
      const { scheduler, advance } = createVirtualTime();
      let finish: (() => void) | undefined;
      const task = createSession({ scheduler, cancelGrace: 50 }).delegate(
        () => new Promise<string>((resolve) => { finish = () => resolve('late'); }), brief,
      );
      task.cancel();
      advance(60);
      const late = watch(task.stopped);
      advance(0);
      expect(late).toMatchObject([{ stopped: false }, '|']);
      finish?.();
      await turns();
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
    });

    it('should give the default grace of 5 s, in RxJS’s own time', () => {
      marbles(({ cold, expectObservable }) => {
        const task = taskOf(new Promise<string>(() => undefined));
        cold('--x').subscribe(() => { task.cancel(); });
        expectObservable(task.stopped.pipe(map(({ stopped }) => stopped))).toBe('-- 5s (f|)', { f: false });
      });
    });

    it('should wait for everything below, what ended earlier included, and name what ended with it', () => {
      const { scheduler, advance } = createVirtualTime();
      const holds = { a: new Subject<void>(), b: new Subject<void>() };
      const children: Task[] = [];
      const parent = createSession({ scheduler, cancelGrace: 50 }).delegate((_brief, _steering, { delegate }) => {
        for (const name of ['a', 'b'] as const) {
          children.push(delegate((_b, _s, { holdStop }) => { holdStop(holds[name]); return NEVER; }, brief, { name }));
        }
        return NEVER;
      }, brief);
      const [a, b] = children as [Task, Task];
      a.cancel();
      advance(10);
      parent.cancel();
      const seen = watch(parent.stopped);
      holds.b.complete();
      expect(watch(b.stopped)).toMatchObject([{ stopped: true, ids: [b.id], notStopped: [] }, '|']);
      expect(seen).toEqual([]);
      holds.a.complete();
      expect(seen).toEqual([{ taskId: parent.id, stopped: true, ids: [parent.id, b.id], notStopped: [] }, '|']);
    });

    it('should not wait for a detached child', () => {
      const session = createSession();
      const parent = session.delegate((_brief, _steering, { delegate }) => {
        delegate(() => NEVER, brief, { detached: true });
        return NEVER;
      }, brief);
      parent.cancel();
      expect(watch(parent.stopped)).toEqual([{ taskId: parent.id, stopped: true, ids: [parent.id], notStopped: [] }, '|']);
    });

    it('should wait for what the child holds it with, an error and a promise included', async () => {
      const hold = new Subject<void>();
      const task = createSession().delegate((_brief, _steering, { holdStop }) => { holdStop(hold); return ['a']; }, brief);
      expect(task.snapshot().status).toBe('completed');
      const seen = watch(task.stopped);
      expect(seen).toEqual([]);
      hold.error(new Error('no'));
      expect(seen).toMatchObject([{ stopped: true }, '|']);
      const other = createSession().delegate((_brief, _steering, { holdStop }) => {
        holdStop(Promise.reject(new Error('no')));
        return ['a'];
      }, brief);
      const later = watch(other.stopped);
      await turns();
      expect(later).toMatchObject([{ stopped: true }, '|']);
    });

    it('should be held from within the teardown', () => {
      const hold = new Subject<void>();
      const task = createSession().delegate(
        (_brief, _steering, { holdStop }) => NEVER.pipe(finalize(() => { holdStop(hold); })), brief,
      );
      task.cancel();
      const seen = watch(task.stopped);
      expect(seen).toEqual([]);
      hold.complete();
      expect(seen).toMatchObject([{ stopped: true }, '|']);
    });

    it('should not be shaken by a hold that comes after everything had stopped', async () => {
      const session = createSession();
      let context: AgentContext | undefined;
      const task = session.delegate((_brief, _steering, given) => { context = given; return ['a']; }, brief);
      context?.holdStop(of(1));
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
      expect(await session.close()).toEqual({ stopped: true, ids: [], notStopped: [], unheard: [task.id] });
    });

    it('should not be held by what nobody can wait for', () => {
      const task = createSession().delegate((_brief, _steering, { holdStop }) => {
        expect(() => holdStop(5 as never)).toThrow(TypeError);
        return ['a'];
      }, brief);
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
    });

    it('should tell of a child that ended and was cancelled in one call', () => {
      const controller = new AbortController();
      const task = createSession().delegate(() => new Observable<string>((subscriber) => {
        subscriber.next('a');
        subscriber.complete();
        controller.abort();
      }), brief, { signal: controller.signal });
      expect(watch(task.stopped)).toMatchObject([{ stopped: true }, '|']);
    });

    it('should wait for the finally of an async generator', async () => {
      const steps: string[] = [];
      const hold = new Subject<void>();
      const task = createSession().delegate(async function* () {
        try {
          yield 'a';
          await new Promise<void>((resolve) => { hold.subscribe(() => resolve()); });
        } finally {
          steps.push('finally');
        }
      }, brief);
      await until(() => hold.observed);
      task.cancel();
      const seen = watch(task.stopped);
      await turns();
      expect([seen, steps]).toEqual([[], []]);
      hold.next();
      await until(() => seen.length > 0);
      expect(steps).toEqual(['finally']);
      expect(seen).toMatchObject([{ stopped: true }, '|']);
    });
  });

  it('should leave no timer behind when it has ended', () => {
    marbles(({ expectObservable }) => {
      const task = taskOf(timer(3).pipe(map(() => 'a')), { deadline: 100, idleTimeout: 50 });
      expectObservable(task.events.pipe(map(({ type }) => type[0]))).toBe('s--(lc|)');
    });
  });
});
