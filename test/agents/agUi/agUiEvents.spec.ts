import { describe, expect, it } from '@jest/globals';
import type { AGUIEvent, Message } from '@ag-ui/client';
import fc from 'fast-check';
import { concat, finalize, firstValueFrom, from, NEVER, of, retry, Subject, take, throwError, toArray, type Observable } from 'rxjs';
import { agUiEvents } from '../../../src/agents/agUi/index.js';
import {
  createSession, line, result, run, step, text, tool, usage, type AgentOutput, type SessionOptions, type Task,
} from '../../../src/index.js';
import { caught } from '../../support/caught.js';
import { expectAccepted } from './support/accepted.js';
import { Scripted } from './support/scripted.js';

const ids = { threadId: 't', runId: 'r' };
const brief = { goal: 'go' };
const all = (events: Observable<AGUIEvent>): Promise<AGUIEvent[]> => firstValueFrom(events.pipe(toArray()));
const ofTask = (outputs: AgentOutput<unknown>[], options?: SessionOptions) =>
  createSession(options).delegate<unknown>(() => outputs, brief);

/** Each event by its type and the fields that matter. */
const short = (events: readonly AGUIEvent[]): unknown[] => events.map((event) => {
  const { type, ...fields } = event as unknown as Readonly<Record<string, unknown>>;
  return [type, ...FIELDS.map((field) => fields[field]).filter((value) => value !== undefined)];
});

const circle: unknown[] = [];
circle.push(circle);

const FIELDS = ['delta', 'toolCallName', 'content', 'name', 'value', 'role', 'result', 'message', 'code', 'outcome', 'metadata'];

describe('agUiEvents', () => {
  it('should tell a task from its start to its result', async () => {
    const events = await all(ofTask([
      line('one'), line('two'), tool('look', 'started', '{"at":1}'), tool('look', 'ended', 'nothing'),
      usage({ inputTokens: 3, outputTokens: 4 }), step(), line('three'), result({ answer: 42 }),
    ]).events.pipe(agUiEvents(ids)));
    await expectAccepted(events);
    expect(short(events)).toEqual([
      ['RUN_STARTED'],
      ['CUSTOM', 'sidestream.started', expect.objectContaining({ agent: 'agent', goal: 'go', depth: 1 })],
      ['TEXT_MESSAGE_START', 'assistant'], ['TEXT_MESSAGE_CONTENT', 'one\n'], ['TEXT_MESSAGE_CONTENT', 'two\n'], ['TEXT_MESSAGE_END'],
      ['TOOL_CALL_START', 'look'], ['TOOL_CALL_ARGS', '{"at":1}'], ['TOOL_CALL_END'], ['TOOL_CALL_RESULT', 'nothing'],
      ['CUSTOM', 'sidestream.usage', { inputTokens: 3, outputTokens: 4 }],
      ['STEP_STARTED'], ['STEP_FINISHED'],
      ['TEXT_MESSAGE_START', 'assistant'], ['TEXT_MESSAGE_CONTENT', 'three\n'], ['TEXT_MESSAGE_END'],
      ['RUN_FINISHED', { answer: 42 }, { type: 'success' }],
    ]);
    expect(events.at(-1)).toMatchObject({
      ...ids, usage: [{ inputTokens: 3, outputTokens: 4, totalTokens: 7 }], timestamp: expect.any(Number),
    });
  });

  it('should stream the text of a run() chunk by chunk, and end it before a line', async () => {
    const events = await all(run(() => [text('o'), text('ne'), line('two'), text('')], brief).pipe(agUiEvents()));
    await expectAccepted(events);
    expect(short(events).slice(1, -1)).toEqual([
      ['TEXT_MESSAGE_START', 'assistant'], ['TEXT_MESSAGE_CONTENT', 'o'], ['TEXT_MESSAGE_CONTENT', 'ne'],
      ['TEXT_MESSAGE_CONTENT', '\ntwo\n'], ['TEXT_MESSAGE_END'],
    ]);
  });

  it('should say what is in hand of a task\'s line before its newline, each word once, and to a late observer too', async () => {
    const output = new Subject<AgentOutput>();
    const task = createSession({ lineLength: 12 }).delegate(() => output, brief);
    const early: AGUIEvent[] = [];
    const late: AGUIEvent[] = [];
    task.events.pipe(agUiEvents()).subscribe((event) => early.push(event));
    const said = (events: readonly AGUIEvent[]): unknown[] => events.flatMap((event) => 'delta' in event ? [event.delta] : []);
    output.next(text('Over'));
    output.next(text('write? '));
    expect(said(early)).toEqual(['Over', 'write? ']);
    task.events.pipe(agUiEvents()).subscribe((event) => late.push(event));
    expect(said(late)).toEqual(['Overwrite? ']);
    output.next(text('y'));
    output.next(text('es\nnext\n'));
    expect(said(early)).toEqual(['Over', 'write? ', 'y', 'es\n', 'next\n']);
    expect(said(late).join('')).toBe('Overwrite? yes\nnext\n');
    output.next(text('10 %'));
    output.next(text('\r20 %'));
    output.next(text('\rdone\n'));
    output.complete();
    expect(said(early).slice(5)).toEqual(['10 %', '\ndone\n']);
    await expectAccepted(early);
    await expectAccepted(late);
  });

  it('should have no result of an attempt that failed', async () => {
    let attempt = 0;
    const agent = () => attempt++ === 0 ? concat(of(result('wrong')), throwError(() => new Error('no'))) : of(text('right\n\n'));
    const events = await all(run(agent, brief).pipe(retry(1), agUiEvents()));
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED', result: 'right' });
  });

  it('should give tool calls the beginning or the end that they lack', async () => {
    const events = await all(ofTask([
      tool('a', 'ended', 'x'), tool('b', 'started', 'words'), tool('b', 'started'), tool('b', 'ended', 'first'), line('x'),
    ]).events.pipe(agUiEvents()));
    await expectAccepted(events);
    const calls = events.filter(({ type }) => (type as string).startsWith('TOOL'));
    expect(short(calls)).toEqual([
      ['TOOL_CALL_START', 'a'], ['TOOL_CALL_ARGS', '{}'], ['TOOL_CALL_END'], ['TOOL_CALL_RESULT', 'x'],
      ['TOOL_CALL_START', 'b'], ['TOOL_CALL_ARGS', '{"detail":"words"}'], ['TOOL_CALL_END'],
      ['TOOL_CALL_START', 'b'], ['TOOL_CALL_ARGS', '{}'], ['TOOL_CALL_END'],
      ['TOOL_CALL_RESULT', 'first'], ['TOOL_CALL_RESULT', 'The agent did not say how this ended.'],
    ]);
    const [, , , , first, , , second, , , answered, closed] = calls as unknown as { toolCallId: string }[];
    expect([answered!.toolCallId, closed!.toolCallId]).toEqual([first!.toolCallId, second!.toolCallId]);
  });

  it('should put each result on its own call where calls of one tool overlap', async () => {
    const events = await all(ofTask([
      tool('a', 'started', '{"n":1}', '1'), tool('a', 'started', '{"n":2}', '2'), tool('a', 'started', '{"n":3}'),
      tool('a', 'ended', 'two', '2'), tool('a', 'ended', 'three', '3'), tool('a', 'ended', 'one', '1'),
      // The same id once more, as in another run of the agent.
      tool('a', 'started', '{"n":4}', '1'), tool('a', 'ended', 'four', '1'), result('ok'),
    ]).events.pipe(agUiEvents()));
    await expectAccepted(events);
    const calls = events as unknown as { type: string; toolCallId: string; delta: string; content: string }[];
    const given = new Map(calls.filter(({ type }) => type === 'TOOL_CALL_ARGS').map(({ toolCallId, delta }) => [toolCallId, delta]));
    const told = calls.filter(({ type }) => type === 'TOOL_CALL_RESULT').map(({ toolCallId, content }) => [given.get(toolCallId), content]);
    expect(told).toEqual([['{"n":2}', 'two'], ['{"n":3}', 'three'], ['{"n":1}', 'one'], ['{"n":4}', 'four']]);
    expect(new Set(calls.filter(({ type }) => type === 'TOOL_CALL_START').map(({ toolCallId }) => toolCallId)).size).toBe(4);
  });

  it('should show a delivered message as the user\'s, and every receipt', async () => {
    const end = new Subject<never>();
    const task = createSession().delegate((_brief, steering) => concat(of('ready'), steering.pipe(take(1)), end), brief);
    const seen = all(task.events.pipe(agUiEvents()));
    task.steer('left', { id: 'a' });
    task.steer('late', { id: 'b' });
    end.complete();
    const events = await seen;
    await expectAccepted(events);
    expect(short(events).slice(-10)).toEqual([
      ['TEXT_MESSAGE_START', 'user'], ['TEXT_MESSAGE_CONTENT', 'left'], ['TEXT_MESSAGE_END'],
      ['CUSTOM', 'sidestream.steered', { steeringId: 'a', state: 'delivered', text: 'left' }],
      ['TEXT_MESSAGE_START', 'assistant'], ['TEXT_MESSAGE_CONTENT', 'left\n'],
      ['CUSTOM', 'sidestream.steered', { steeringId: 'b', state: 'queued', text: 'late' }],
      ['CUSTOM', 'sidestream.steered', { steeringId: 'b', state: 'missed', text: 'late', reason: 'completed' }],
      ['TEXT_MESSAGE_END'], ['RUN_FINISHED', 'left', { type: 'success' }],
    ]);
  });

  it.each<[string, AgentOutput<unknown>[], unknown]>([
    ['its last result', [result(1), result(2), line('x')], 2],
    ['without one its last line', [line('one'), line('two')], 'two'],
    ['or the text behind it', [text('one\ntw'), text('o')], 'two'],
    ['or a line of text', [text('one\ntwo\n'), step()], 'two'],
    ['nothing for a result that is null', [line('one'), result(null)], undefined],
  ])('should end a run() with the result that its task would have: %s', async (_name, outputs, expected) => {
    const ofRun = (await all(run<unknown>(() => outputs, brief).pipe(agUiEvents()))).at(-1);
    expect((ofRun as { result?: unknown }).result).toEqual(expected);
    expect((await all(ofTask(outputs).events.pipe(agUiEvents()))).at(-1)).toMatchObject({ type: 'RUN_FINISHED' });
    expect(((await all(ofTask(outputs).events.pipe(agUiEvents()))).at(-1) as { result?: unknown }).result).toEqual(expected);
  });

  it('should end as RUN_ERROR where the task failed, with its code', async () => {
    const events = await all(createSession().delegate(() => throwError(() => new Error('out of paper')), brief).events.pipe(agUiEvents()));
    await expectAccepted(events);
    expect(short(events).at(-1)).toEqual(['RUN_ERROR', 'out of paper', 'agent_error']);
  });

  it('should end as a cancelled run where the task was cancelled, with the reason', async () => {
    const task = createSession().delegate(() => concat(of('x'), NEVER), brief);
    task.cancel('enough');
    const events = await all(task.events.pipe(agUiEvents()));
    await expectAccepted(events);
    expect(short(events).at(-1)).toEqual(['RUN_FINISHED', { type: 'cancelled' }, { reason: 'enough' }]);
  });

  it('should end as RUN_ERROR where a run() fails, and where the events are cut off', async () => {
    const failed = await all(run(() => concat(of('x'), throwError(() => new Error('no'))), brief).pipe(agUiEvents()));
    await expectAccepted(failed);
    expect(short(failed).at(-1)).toEqual(['RUN_ERROR', 'no', 'agent_error']);
    const cut = await all(createSession().delegate(() => concat(of('x'), NEVER), brief).events.pipe(take(2), agUiEvents()));
    await expectAccepted(cut);
    expect(short(cut).at(-1)).toEqual(['RUN_ERROR', 'The events were cut off before the task ended.', 'incomplete']);
  });

  it('should be a whole run for a late observer too, without a sum of what it has not seen', async () => {
    const printed = Array.from({ length: 5 }, (_, n) => line(`${n}`));
    const used = usage({ inputTokens: 1, outputTokens: 1 });
    const task = ofTask([used, ...printed, used], { windowLines: 2 });
    const events = await all(task.events.pipe(agUiEvents()));
    await expectAccepted(events);
    expect(short(events)).toEqual([
      ['RUN_STARTED'], ['TEXT_MESSAGE_START', 'assistant'], ['TEXT_MESSAGE_CONTENT', '3\n'], ['TEXT_MESSAGE_CONTENT', '4\n'],
      ['CUSTOM', 'sidestream.usage', { inputTokens: 1, outputTokens: 1 }],
      ['TEXT_MESSAGE_END'], ['RUN_FINISHED', '4', { type: 'success' }],
    ]);
    expect(events.at(-1)).not.toHaveProperty('usage');
  });

  it.each([
    ['nothing', undefined, undefined], ['null', null, undefined], ['a bigint', { n: 10n }, { n: '10' }], ['a function', () => 1, undefined],
    ['a map in a list', [new Map([['a', 1]]), undefined], [[['a', 1]], null]],
    ['an error', { cause: new Error('no') }, { cause: 'Error: no' }], ['a circle', circle, 'The result cannot be shown as JSON.'],
  ])('should make JSON of any result: %s', async (_name, value, expected) => {
    const events = await all(ofTask([result(value)]).events.pipe(agUiEvents()));
    await expectAccepted(events);
    expect((events.at(-1) as { result?: unknown }).result).toEqual(expected);
  });

  it('should stop a run() when it is unsubscribed, and only the watching of a task', () => {
    let stopped = 0;
    const agent = () => NEVER.pipe(finalize(() => { stopped += 1; }));
    run(agent, brief).pipe(agUiEvents()).subscribe().unsubscribe();
    expect(stopped).toBe(1);
    const task = createSession().delegate(agent, brief);
    task.events.pipe(agUiEvents()).subscribe().unsubscribe();
    expect([stopped, task.snapshot().status]).toEqual([1, 'running']);
  });

  it('should have new ids at each subscription where none are given, and refuse what are none', async () => {
    const events = run(() => ['x'], brief).pipe(agUiEvents());
    const [one, two] = await Promise.all([all(events), all(events)]);
    expect((one[0] as { runId?: string }).runId).not.toBe((two[0] as { runId?: string }).runId);
    expect(caught(() => agUiEvents({ runId: 7 as never }))).toMatchObject({
      code: 'invalid_argument', message: 'Expected `runId` to be a string that is not blank, got 7.',
    });
    expect(caught(() => agUiEvents({ input: {} } as never))).toMatchObject({
      message: 'Unknown field `input` in the options of agUiEvents. Expected: threadId, runId, resume, onQuestion.',
    });
  });

  it('should come to the same messages in AG-UI\'s own client', async () => {
    const agent = new Scripted(({ threadId, runId }) => ofTask([
      line('one'), tool('look', 'started'), tool('look', 'ended', 'nothing'), line('two'), result('done'),
    ]).events.pipe(agUiEvents({ threadId, runId })));
    const { result: end, newMessages } = await agent.runAgent();
    expect(end).toBe('done');
    expect(newMessages.map(({ role, content }: Message) => [role, content])).toEqual([
      ['assistant', 'one\n'], ['assistant', undefined], ['tool', 'nothing'], ['assistant', 'two\n'],
    ]);
  });

  const words = fc.constantFrom('', 'a', 'b\n', '\n', 'a\nb', '{"x":1}', '\ud800', '"');
  const anOutput: fc.Arbitrary<AgentOutput<unknown>> = fc.oneof(
    words.map(line), words.map(text), fc.constant(step()),
    fc.tuple(
      fc.constantFrom('a', 'b'), fc.constantFrom('started', 'ended'), fc.option(words, { nil: undefined }),
      fc.constantFrom(undefined, '', '1', '2'),
    ).map(([name, state, detail, callId]) => tool(name, state, detail, callId)),
    fc.record({ inputTokens: fc.constantFrom(0, 1.5, 1e300), outputTokens: fc.nat() }).map(usage),
    fc.constantFrom(null, 1, { a: [1] }).map((value) => result<unknown>(value)),
  );
  type Move = AgentOutput<unknown> | 'watch' | 'steer' | 'listen' | 'complete' | 'fail' | 'cancel';
  const aMove: fc.Arbitrary<Move> = fc.oneof(
    { weight: 5, arbitrary: anOutput }, { weight: 3, arbitrary: fc.constantFrom('watch', 'steer', 'listen') },
    { weight: 1, arbitrary: fc.constantFrom('complete', 'fail', 'cancel') },
  );

  it('should be accepted whatever a task does, whoever steers it, and whenever it is watched and ends', async () => {
    await fc.assert(fc.asyncProperty(fc.array(aMove), fc.integer({ min: 1, max: 3 }), async (moves, windowLines) => {
      const outputs = new Subject<AgentOutput<unknown>>();
      const session = createSession({ windowLines, mailboxSize: 2 });
      let steering: Observable<string> | undefined;
      const task: Task = session.delegate<unknown>((_brief, messages) => {
        steering = messages;
        return outputs;
      }, brief);
      const watched = [all(task.events.pipe(agUiEvents()))];
      for (const move of moves) {
        if (typeof move === 'object') outputs.next(move);
        else if (move === 'watch') watched.push(all(task.events.pipe(agUiEvents())));
        else if (move === 'steer') task.steer('left');
        else if (move === 'listen') steering!.subscribe();
        else if (move === 'complete') outputs.complete();
        else if (move === 'fail') outputs.error(new Error('no'));
        else task.cancel('enough');
      }
      await session.close();
      watched.push(all(task.events.pipe(agUiEvents())));
      for (const events of await Promise.all(watched)) await expectAccepted(events);
    }), { numRuns: 300 });
  });

  it('should be accepted whatever a run() puts out, and however it ends', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anOutput), fc.boolean(), async (outputs, fails) => {
      const source = concat(from(outputs), fails ? throwError(() => new Error('no')) : []);
      await expectAccepted(await all(run<unknown>(() => source, brief).pipe(agUiEvents())));
    }), { numRuns: 300 });
  });
});
