import { describe, expect, it, jest } from '@jest/globals';
import { HttpAgent, type BaseEvent, type RunAgentInput } from '@ag-ui/client';
import { concat, filter, finalize, firstValueFrom, from, interval, map, NEVER, Observable, of, Subject, take, toArray } from 'rxjs';
import { agUi, type AgUiOptions } from '../../../src/agents/agUi/index.js';
import {
  collect, createSession, lines, run, type AgentOutput, type SteeringReceipt, type Task, type TaskEvent,
} from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { caught } from '../../support/caught.js';
import { turns } from '../../support/turns.js';
import { event, finished, message, started, wholeRun } from './support/events.js';
import { Scripted } from './support/scripted.js';
import { createVirtualTime } from '../../support/virtualTime.js';

const brief = { goal: 'go' };

/** What an agent puts out whose runs do this. */
const outputsOf = (events: readonly BaseEvent[], end: object = {}, options?: AgUiOptions): Promise<AgentOutput[]> =>
  firstValueFrom(run(agUi(new Scripted((input) => wholeRun(input, events, end)), options), brief).pipe(toArray()));

const eventsOf = (task: Task): Promise<TaskEvent[]> => firstValueFrom(task.events.pipe(toArray()));

/** Without the chunks that only say that the agent lives. */
const said = (outputs: readonly AgentOutput[]): AgentOutput[] => outputs.filter((output) => output.type !== 'text' || output.text !== '');

const agentOf = (script: (input: RunAgentInput) => readonly BaseEvent[]): Scripted => new Scripted(script);

describe('agUi', () => {
  describe('what is mapped', () => {
    it('should stream the chunks of a message, with a newline behind it, and end with the last message as its result', async () => {
      expect(await outputsOf([...message('1', 'he', 'y'), ...message('2', 'you\n')])).toEqual([
        { type: 'text', text: 'he' }, { type: 'text', text: 'y' }, { type: 'text', text: '\n' }, { type: 'text', text: 'you\n' },
        { type: 'result', value: 'you' },
      ]);
    });

    it('should take chunk events for messages and tool calls', async () => {
      expect(said(await outputsOf([
        event('TEXT_MESSAGE_CHUNK', { messageId: '1', delta: 'hey' }),
        event('TOOL_CALL_CHUNK', { toolCallId: 'c', toolCallName: 'look', delta: '{"at":1}' }),
        event('TOOL_CALL_RESULT', { messageId: 'r', toolCallId: 'c', content: 'nothing' }),
      ]))).toEqual([
        { type: 'text', text: 'hey' }, { type: 'text', text: '\n' },
        { type: 'tool', name: 'look', state: 'started', detail: '{"at":1}', callId: 'c' },
        { type: 'tool', name: 'look', state: 'ended', detail: 'nothing', callId: 'c' },
        { type: 'result', value: 'hey' },
      ]);
    });

    it('should let one message speak at a time where several are open', async () => {
      const start = (messageId: string, who = {}) => event('TEXT_MESSAGE_START', { messageId, ...who });
      const content = (messageId: string, delta: string) => event('TEXT_MESSAGE_CONTENT', { messageId, delta });
      const end = (messageId: string) => event('TEXT_MESSAGE_END', { messageId });
      const agent = agentOf((input) => wholeRun(input, [
        event('SUBAGENT_STARTED', { subagentRunId: 's', name: 'helper' }),
        start('1'), content('1', 'a'), start('2', { subagentRunId: 's' }), content('2', 'x'), content('1', 'b'), content('2', 'y\nz'),
        end('1'), content('2', '!'), end('2'), event('SUBAGENT_FINISHED', { subagentRunId: 's' }),
      ]));
      const task = createSession().delegate(agUi(agent), brief);
      expect(await collect(task)).toBe('ab');
      expect(task.snapshot().preview).toEqual(['ab', 'xy', 'z!']);
    });

    it('should not take what others said for the agent\'s', async () => {
      const told = message('1', 'left').map((each) => ({ ...each, ...each.type.endsWith('START') ? { role: 'user' } : {} }));
      expect(said(await outputsOf([...told, ...message('2', 'done')]))).toEqual([
        { type: 'text', text: 'done' }, { type: 'text', text: '\n' }, { type: 'result', value: 'done' },
      ]);
    });

    it('should end a tool call without a result at the end of the run, also where the run fails', async () => {
      const call = [
        event('TOOL_CALL_START', { toolCallId: 'c', toolCallName: 'look' }), event('TOOL_CALL_END', { toolCallId: 'c' }),
      ];
      const ended = ['started', 'ended'].map((state) => ({ type: 'tool', name: 'look', state, callId: 'c' }));
      expect(said(await outputsOf(call))).toEqual(ended);
      const failing = agentOf((input) => [started(input), ...call, event('RUN_ERROR', { message: 'no' })]);
      const task = createSession().delegate(agUi(failing), brief);
      expect((await eventsOf(task)).filter(({ type }) => type === 'tool')).toMatchObject(ended);
    });

    it('should cut long details, and say so', async () => {
      const content = 'x'.repeat(600);
      const outputs = await outputsOf([
        event('TOOL_CALL_START', { toolCallId: 'c', toolCallName: 'look' }), event('TOOL_CALL_END', { toolCallId: 'c' }),
        event('TOOL_CALL_RESULT', { messageId: 'r', toolCallId: 'c', content }),
      ]);
      expect(outputs.at(-1)).toMatchObject({ name: 'look', state: 'ended', detail: `${'x'.repeat(490)}… [+110]` });
    });

    it('should pass steps and usage on', async () => {
      const usage = [{ inputTokens: 3, outputTokens: 2, model: 'a' }, { inputTokens: 4, model: 'b' }];
      expect(said(await outputsOf([
        event('STEP_STARTED', { stepName: 'one' }), event('STEP_FINISHED', { stepName: 'one' }), ...message('1', 'done'),
      ], { usage }))).toEqual([
        { type: 'step' }, { type: 'text', text: 'done' }, { type: 'text', text: '\n' }, { type: 'usage', inputTokens: 7, outputTokens: 2 },
        { type: 'result', value: 'done' },
      ]);
    });

    it('should take the run\'s own result before its messages', async () => {
      expect((await outputsOf(message('1', 'done'), { result: { answer: 42 } })).at(-1)).toEqual({ type: 'result', value: { answer: 42 } });
    });

    it('should only count reasoning, state, activities, custom and raw events as signs of life', async () => {
      expect(said(await outputsOf([
        event('REASONING_START', { messageId: 'r' }),
        event('REASONING_MESSAGE_START', { messageId: 'r', role: 'reasoning' }),
        event('REASONING_MESSAGE_CONTENT', { messageId: 'r', delta: 'hm' }),
        event('REASONING_MESSAGE_END', { messageId: 'r' }), event('REASONING_END', { messageId: 'r' }),
        event('STATE_SNAPSHOT', { snapshot: { n: 1 } }), event('STATE_DELTA', { delta: [{ op: 'replace', path: '/n', value: 2 }] }),
        event('ACTIVITY_SNAPSHOT', { messageId: 'a', activityType: 'PLAN', content: {} }),
        event('CUSTOM', { name: 'x', value: null }), event('RAW', { event: {} }), ...message('1', 'done'),
      ]))).toEqual([{ type: 'text', text: 'done' }, { type: 'text', text: '\n' }, { type: 'result', value: 'done' }]);
    });

    it('should take the result from a snapshot of the messages where no text was streamed', async () => {
      const said = [{ id: '1', role: 'user', content: 'go' }, { id: '2', role: 'assistant', content: 'done' }];
      expect((await outputsOf([event('MESSAGES_SNAPSHOT', { messages: said })])).at(-1)).toEqual({ type: 'result', value: 'done' });
      const before = [{ id: '0', role: 'assistant', content: 'old' }, ...said.slice(0, 1)];
      const mute = agentOf((input) => wholeRun(input, [event('MESSAGES_SNAPSHOT', { messages: before })]));
      const task = createSession().delegate(agUi(mute), brief);
      await expect(collect(task)).rejects.toMatchObject({ code: 'no_result' });
    });

    it('should not be taken for stalled while it thinks', async () => {
      const { scheduler, advance } = createVirtualTime();
      const start = event('REASONING_MESSAGE_START', { messageId: 'r', role: 'reasoning' });
      const content = event('REASONING_MESSAGE_CONTENT', { messageId: 'r', delta: 'hm' });
      const think = interval(30, scheduler).pipe(take(15), map((n) => n === 0 ? start : content));
      const agent = new Scripted((input) => concat(
        [started(input)], think, [event('REASONING_MESSAGE_END', { messageId: 'r' }), ...message('1', 'done'), finished(input)],
      ));
      const task = createSession({ scheduler }).delegate(agUi(agent), brief, { idleTimeout: 250 });
      for (let n = 0; n < 15; n++) {
        await turns();
        advance(30);
      }
      expect(await collect(task)).toBe('done');
    });

    it('should drop an event that the protocol does not know', async () => {
      const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
      const outputs = await outputsOf([event('SOMETHING_NEW', { x: 1 }), ...message('1', 'done')]);
      expect(outputs.at(-1)).toEqual({ type: 'result', value: 'done' });
      warn.mockRestore();
    });
  });

  describe('what the agent is given', () => {
    const inputs = async (given: Parameters<typeof run>[1], options?: AgUiOptions, agent?: Scripted): Promise<RunAgentInput[]> => {
      const seen: RunAgentInput[] = [];
      const own = agent ?? new Scripted(() => []);
      (own as unknown as { script: unknown }).script = (input: RunAgentInput) => {
        seen.push(structuredClone(input));
        return wholeRun(input, message('1', 'done'));
      };
      await collect(createSession().delegate(agUi(own, options), given));
      return seen;
    };

    it('should be told the context and the goal in one user message', async () => {
      const [input] = await inputs({ goal: 'find it', context: 'It is lost.' });
      expect(input!.messages).toMatchObject([{ role: 'user', content: 'It is lost.\n\nfind it' }]);
    });

    it('should be a conversation of its own for each task, behind the agent\'s initial messages', async () => {
      const agent = new Scripted(() => [], { threadId: 'mine', initialMessages: [{ id: '0', role: 'system', content: 'Be brief.' }] });
      const [one] = await inputs(brief, {}, agent);
      const [two] = await inputs(brief, {}, agent);
      for (const { messages } of [one!, two!]) {
        expect(messages).toMatchObject([{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'go' }]);
      }
      expect(new Set(['mine', one!.threadId, two!.threadId]).size).toBe(3);
      expect(agent.messages).toHaveLength(1);
    });

    it('should be what the options make of the brief', async () => {
      const input = ({ goal }: { goal: string }) => ({
        message: `Please ${goal}.`, threadId: 't', state: { n: 1 }, context: [{ description: 'day', value: 'Monday' }],
        forwardedProps: { x: 1 },
      });
      expect((await inputs(brief, { input }))[0]).toMatchObject({
        messages: [{ content: 'Please go.' }], threadId: 't', state: { n: 1 }, context: [{ description: 'day', value: 'Monday' }],
        forwardedProps: { x: 1 },
      });
    });
  });

  describe('steering', () => {
    it('should send what waits as the next run of the conversation, and say delivered only then', async () => {
      const gate = new Subject<BaseEvent>();
      const seen: RunAgentInput[] = [];
      const agent = new Scripted((input) => {
        seen.push(input);
        if (seen.length > 1) return wholeRun(input, message('2', 'second'));
        return concat([started(input), ...message('1', 'first')], gate, [finished(input)]);
      });
      const task = createSession().delegate(agUi(agent), brief);
      await firstValueFrom(task.events.pipe(lines()));
      const receipts = [task.steer('left'), task.steer('and right')];
      expect(task.snapshot().steering).toEqual({ queued: 2, delivered: 0, missed: 0 });
      gate.complete();
      expect(await collect(task)).toBe('second');
      expect(await Promise.all(receipts.map(({ settled }) => firstValueFrom(settled)))).toMatchObject([
        { state: 'delivered' }, { state: 'delivered' },
      ]);
      expect(seen[1]!.threadId).toBe(seen[0]!.threadId);
      expect(seen[1]!.messages).toMatchObject([
        { role: 'user', content: 'go' }, { role: 'assistant', content: 'first' }, { role: 'user', content: 'left' },
        { role: 'user', content: 'and right' },
      ]);
      expect(task.snapshot().preview).toEqual(['first', 'second']);
    });

    it('should tell what came while the task was queued in its first run', async () => {
      const seen: RunAgentInput[] = [];
      const agent = new Scripted((input) => {
        seen.push(input);
        return wholeRun(input, message('1', 'done'));
      });
      const gate = new Subject<string>();
      await using session = createSession({ maxRunning: 1, overflow: 'queue' });
      session.delegate(() => gate, brief);
      const task = session.delegate(agUi(agent), brief);
      task.steer('left');
      gate.complete();
      expect(await collect(task)).toBe('done');
      expect(seen.map(({ messages }) => messages.map(({ content }) => content as string))).toEqual([['go', 'left']]);
      expect(task.snapshot().steering).toMatchObject({ delivered: 1 });
    });

    it('should say by the agent itself whether it can be steered, so that a toolset refuses', async () => {
      expect(agUi(new Scripted(() => NEVER)).steerable).toBe(true);
      const deaf = agUi(new Scripted(() => NEVER, { description: 'Never comes back.' }), { steering: false });
      expect([deaf.steerable, deaf.description]).toEqual([false, 'Never comes back.']);
      await using session = createSession();
      const { delegate_task_async, steer_task } = createToolset(session, { agents: { deaf } });
      const { task_id } = await delegate_task_async.execute({ goal: 'go' });
      expect(await steer_task.execute({ task_id, message: 'left' })).toMatchObject({ ok: false, code: 'not_steerable' });
    });

    it('should refuse messages at once where it cannot be steered', async () => {
      await using session = createSession();
      const task = session.delegate(agUi(new Scripted(() => NEVER), { steering: false }), brief);
      expect(task.steer('left')).toMatchObject({ state: 'missed', reason: 'not_steerable' });
    });

    it.each<[string, (input: RunAgentInput) => readonly BaseEvent[], string]>([
      ['fails before a word', (input) => [started(input), event('RUN_ERROR', { message: 'overloaded' })], 'missed failed'],
      ['says a word and fails', (input) => [started(input), ...message('2', 'hm'), event('RUN_ERROR', { message: 'no' })],
        'delivered '],
      ['ends well without a word', (input) => [started(input), finished(input)], 'delivered '],
    ])('should say what became of a message whose run %s', async (_, second, expected) => {
      let runs = 0;
      const agent = agentOf((input) => runs++ === 0 ? wholeRun(input, message('1', 'first')) : second(input));
      const task = createSession().delegate(agUi(agent), brief);
      let receipt: SteeringReceipt | undefined;
      task.events.pipe(lines()).subscribe(() => { receipt ??= task.steer('left'); });
      await firstValueFrom(task.events.pipe(toArray()));
      const { state, reason = '' } = await firstValueFrom(receipt!.settled);
      expect(`${state} ${reason}`).toBe(expected);
    });
  });

  describe('interrupts', () => {
    const responseSchema = { type: 'object' };
    const asking = agentOf((input) => input.resume === undefined
      ? wholeRun(input, message('1', 'hm'), { outcome: { type: 'interrupt', interrupts: [
        { id: 'a', reason: 'approval', message: 'Delete it?' }, { id: 'b', reason: 'how', responseSchema },
      ] } })
      : wholeRun(input, message('2', JSON.stringify(input.resume.map((each) => [each.interruptId, each.payload as unknown])))));

    it.each([['May I?', 'to ask: May I? To answer it'], ['I want to', 'to ask: I want to. To answer it']])(
      'should end the sentence once: %s', async (words, expected) => {
        const outcome = { type: 'interrupt', interrupts: [{ id: 'a', reason: 'approval', message: words }] };
        const task = createSession().delegate(agUi(agentOf((input) => wholeRun(input, [], { outcome }))), brief);
        await expect(collect(task)).rejects.toThrow(expected);
      },
    );

    it('should fail and say what was asked', async () => {
      const task = createSession().delegate(agUi(asking), brief);
      await expect(collect(task)).rejects.toMatchObject({
        code: 'agent_error', message: expect.stringContaining('stopped to ask: Delete it?; how'),
      });
      expect(task.snapshot().preview).toEqual(['hm']);
    });
  });

  describe('what must not count as completed', () => {
    const failing: [string, (input: RunAgentInput) => readonly BaseEvent[], string][] = [
      ['a run error', (input) => [started(input), event('RUN_ERROR', { message: 'out of paper', code: 'E42' })], 'out of paper (E42)'],
      ['a run error without words', () => [event('RUN_ERROR', { message: '' })], 'did not say why'],
      ['a stream that ends in the middle', (input) => [started(input), ...message('1', 'half')], 'without RUN_FINISHED'],
      ['a stream of nothing', () => [], 'without a single event'],
      ['a run that was cancelled on its side', (input) => wholeRun(input, message('1', 'half'), { outcome: { type: 'cancelled' } }),
        'cancelled on its side'],
      ['a wait for the application\'s tools', (input) => wholeRun(input, [
        event('TOOL_CALL_START', { toolCallId: 'c', toolCallName: 'pick' }), event('TOOL_CALL_END', { toolCallId: 'c' }),
      ], { outcome: { type: 'success', pendingToolCallIds: ['c'] } }), 'to run its tools: pick'],
      ['events in a wrong order', (input) => [started(input), event('TEXT_MESSAGE_END', { messageId: '1' })], 'TEXT_MESSAGE_START'],
      ['a run that is never started', () => message('1', 'x'), 'The AG-UI agent broke the protocol: First event must be \'RUN_STARTED\'.'],
      ['a malformed event', (input) => [started(input), event('TEXT_MESSAGE_START', { messageId: 7 })], 'what is no AG-UI event'],
    ];

    it.each(failing)('should fail with a sentence: %s', async (_name, script, words) => {
      const error = jest.spyOn(console, 'error').mockImplementation(() => {});
      const task = createSession().delegate(agUi(agentOf(script)), brief);
      await expect(collect(task)).rejects.toMatchObject({ code: 'agent_error', message: expect.stringContaining(words) });
      const told = await firstValueFrom(task.events.pipe(filter((each) => each.type === 'failed')));
      expect(told.error.message).toMatch(/^[^\n]*[^.]\.$|\(E42\)$/);
      expect(error).not.toHaveBeenCalled();
      error.mockRestore();
    });

    it('should keep what was said in one burst with events in a wrong order', async () => {
      const chunks = Array.from({ length: 20 }, (_, n) => event('TEXT_MESSAGE_CHUNK', { messageId: 'm', delta: `line ${n}\n` }));
      const task = createSession().delegate(agUi(agentOf((input) => [
        started(input), ...chunks, event('STEP_FINISHED', { stepName: 'never begun' }),
      ])), brief);
      await expect(collect(task)).rejects.toThrow('broke the protocol');
      expect(task.snapshot(Infinity).preview).toHaveLength(20);
    });

    it('should keep what was said before the failure', async () => {
      const task = createSession().delegate(agUi(agentOf((input) => [
        started(input), event('TEXT_MESSAGE_START', { messageId: '1' }), event('TEXT_MESSAGE_CONTENT', { messageId: '1', delta: 'half' }),
        event('RUN_ERROR', { message: 'no', usage: [{ inputTokens: 1, outputTokens: 2 }] }),
      ])), brief);
      await eventsOf(task);
      expect(task.snapshot()).toMatchObject({ status: 'failed', preview: ['half'], usage: { inputTokens: 1, outputTokens: 2 } });
    });

    it('should fail as not_started where nothing comes within the start timeout', async () => {
      const task = createSession().delegate(agUi(new Scripted(() => NEVER), { startTimeout: 20 }), brief);
      await expect(collect(task)).rejects.toMatchObject({ code: 'not_started', message: expect.stringContaining('within 20 ms') });
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    });
  });

  describe('whose agent it is', () => {
    it('should not end the run of another task, nor one that the agent itself is in', async () => {
      const agent = new Scripted((input) => concat(from([started(input), ...message('1', 'x')]), NEVER));
      void agent.runAgent();
      const child = agUi(agent);
      await using session = createSession();
      const [one, two] = [session.delegate(child, brief), session.delegate(child, brief)];
      await Promise.all([one, two].map((task) => firstValueFrom(task.events.pipe(lines()))));
      one.cancel();
      expect(await firstValueFrom(one.stopped)).toMatchObject({ stopped: true });
      expect([two.snapshot().status, agent.isRunning]).toEqual(['running', true]);
    });

    it('should be stopped only when the agent\'s run has settled', async () => {
      const tidied = new Subject<void>();
      class Tidy extends Scripted {
        override async runAgent(...given: Parameters<Scripted['runAgent']>): ReturnType<Scripted['runAgent']> {
          const end = await super.runAgent(...given);
          await firstValueFrom(tidied);
          return end;
        }
      }
      const task = createSession().delegate(agUi(() => new Tidy((input) => concat(of(started(input)), NEVER))), brief);
      await turns();
      task.cancel();
      let stopped = false;
      task.stopped.subscribe(() => { stopped = true; });
      await turns();
      expect(stopped).toBe(false);
      tidied.next();
      await turns();
      expect(stopped).toBe(true);
    });

    it('should apply the agent\'s middleware and tell its subscribers', async () => {
      const heard: string[] = [];
      const agent = agentOf((input) => wholeRun(input, message('1', 'quiet')));
      agent.use((input) => from(wholeRun(input, message('m', 'loud'))) as never);
      agent.subscribe({ onNewMessage: ({ message: { content } }) => { heard.push(content as string); } });
      expect(await collect(createSession().delegate(agUi(agent), brief))).toBe('loud');
      expect(heard).toEqual(['go', 'loud']);
    });

    it('should end its work also behind a middleware that does not tell it', async () => {
      let ended = false;
      const agent = new Scripted((input) => concat([started(input), ...message('1', 'x')], NEVER.pipe(finalize(() => { ended = true; }))));
      agent.use((input, next) => new Observable((subscriber) => {
        from(next.run(input) as never).subscribe({ next: (each) => { subscriber.next(each); } });
      }) as never);
      const task = createSession().delegate(agUi(agent), brief);
      await firstValueFrom(task.events.pipe(lines()));
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      expect(ended).toBe(true);
    });

    it('should be stopped also behind a middleware that never comes to its end', async () => {
      const agent = agentOf((input) => [started(input), ...message('1', 'x')]);
      agent.use((input, next) => concat(from(next.run(input) as never), NEVER) as never);
      const task = createSession({ cancelGrace: 1_000 }).delegate(agUi(agent), brief);
      await firstValueFrom(task.events.pipe(lines()));
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    });

    it('should make an agent for each task where it is given a function', async () => {
      let made = 0;
      const child = agUi(({ goal }) => agentOf((input) => wholeRun(input, message('1', `${goal} ${++made}`))));
      const session = createSession();
      expect(await collect(session.delegate(child, brief))).toBe('go 1');
      expect(await collect(session.delegate(child, brief))).toBe('go 2');
    });

    it('should refuse an agent that is shared where a new one was asked for', async () => {
      const shared = new Scripted((input) => concat(from([started(input)]), NEVER));
      await using session = createSession();
      session.delegate(agUi(() => shared), brief);
      const task = session.delegate(agUi(() => shared), brief);
      await expect(collect(task)).rejects.toThrow('is in another run');
    });

    it('should refuse what is no agent, what cannot be cloned and what is no option', () => {
      class Careless extends Scripted {
        readonly key = 'x';
        override clone(): Scripted { return new Scripted(() => []); }
      }
      const agent = new Scripted(() => []);
      const sentences: [() => unknown, string][] = [
        [() => agUi({} as never), 'Expected `agent` to be an AG-UI agent or a function that makes one, got an object.'],
        [() => agUi(new Careless(() => [])), 'The agent\'s clone() loses its field `key`. Override clone(), or hand over a function'],
        [() => agUi(agent, { steer: 1 } as never),
          'Unknown field `steer` in the options of agUi. Expected: input, steering, onInterrupt, startTimeout.'],
        [() => agUi(agent, { steering: true as never }), 'Expected `steering` to be "follow-up" or false, got true.'],
        [() => agUi(agent, { startTimeout: Infinity }),
          'Expected `startTimeout` to be a number of milliseconds from 1 to 2147483647, got Infinity.'],
        [() => agUi(agent, { input: { threadId: ' ' } }), 'Expected `input.threadId` to be a string that is not blank, got " ".'],
        [() => agUi(agent, { input: { tools: [] } as never }), 'Unknown field `tools` in `input`.'],
      ];
      for (const [call, words] of sentences) {
        expect(caught(call)).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(words) });
      }
      expect(agUi(new HttpAgent({ url: 'http://127.0.0.1:1' })).steerable).toBe(true);
    });
  });
});
