import { describe, expect, it } from '@jest/globals';
import { HttpAgent, type AGUIEvent } from '@ag-ui/client';
import fc from 'fast-check';
import { concat, firstValueFrom, from, NEVER, of, Subject, throwError, toArray, type Observable } from 'rxjs';
import { agUiSession } from '../../../src/agents/agUi/index.js';
import {
  collect, createSession, line, result, step, text, tool, usage, type Agent, type AgentContext, type AgentOutput, type Task,
} from '../../../src/index.js';
import { caught } from '../../support/caught.js';
import { expectAccepted } from './support/accepted.js';
import { createAgUiServer } from './support/createAgUiServer.js';
import { Scripted } from './support/scripted.js';

const all = (events: Observable<AGUIEvent>): Promise<AGUIEvent[]> => firstValueFrom(events.pipe(toArray()));
const working = (): Observable<string> => concat(of('working'), NEVER);

/** What AG-UI's own client makes of the events. */
async function shown(events: readonly AGUIEvent[]) {
  const agent = new Scripted(() => events);
  await agent.runAgent();
  return { state: agent.state as { tasks: Record<string, unknown>[] }, messages: agent.messages };
}

describe('agUiSession', () => {
  it('should show each task as a subagent, side by side, and the list of them as the state', async () => {
    const session = createSession();
    const seen = all(agUiSession(session, { threadId: 't', runId: 'r' }));
    const [one, two] = [new Subject<AgentOutput | string>(), new Subject<AgentOutput | string>()];
    const first = session.delegate(() => one, { goal: 'count' }, { name: 'counter' });
    const second = session.delegate(() => two, { goal: 'sing' }, { name: 'singer' });
    one.next('one');
    two.next('la');
    one.next('two');
    two.next(usage({ inputTokens: 1, outputTokens: 2 }));
    two.error(new Error('hoarse'));
    one.next(result('counted'));
    one.complete();
    await session.close();
    const events = await seen;
    await expectAccepted(events);
    expect(events.map(({ type }) => type)).toEqual([
      'RUN_STARTED', 'STATE_SNAPSHOT', 'STATE_DELTA', 'SUBAGENT_STARTED', 'STATE_DELTA', 'SUBAGENT_STARTED',
      'TEXT_MESSAGE_START', 'TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_START', 'TEXT_MESSAGE_CONTENT', 'TEXT_MESSAGE_CONTENT', 'CUSTOM',
      'TEXT_MESSAGE_END', 'STATE_DELTA', 'SUBAGENT_ERROR', 'TEXT_MESSAGE_END', 'STATE_DELTA', 'SUBAGENT_FINISHED', 'RUN_FINISHED',
    ]);
    expect(events.at(-1)).toMatchObject({ threadId: 't', runId: 'r', usage: [{ inputTokens: 1, outputTokens: 2, totalTokens: 3 }] });
    expect(events.at(-2)).toMatchObject({ type: 'SUBAGENT_FINISHED', subagentRunId: first.id, result: 'counted' });
    const { state, messages } = await shown(events);
    expect(state.tasks).toEqual([
      { id: first.id, agent: 'counter', goal: 'count', status: 'completed', startedAt: expect.any(Number), endedAt: expect.any(Number) },
      { id: second.id, agent: 'singer', goal: 'sing', status: 'failed', startedAt: expect.any(Number), endedAt: expect.any(Number),
        error: 'hoarse' },
    ]);
    expect(messages.map((message) => [(message as { subagentRunId?: string }).subagentRunId, message.content])).toEqual([
      [first.id, 'one\ntwo\n'], [second.id, 'la\n'],
    ]);
  });

  it('should begin with what is there, and end where it is told to, while the tasks go on', async () => {
    await using session = createSession({ maxRunning: 1, overflow: 'queue' });
    await collect(session.delegate(() => ['done'], { goal: 'before' }));
    const task = session.delegate(working, { goal: 'work' });
    const queued = session.delegate(working, { goal: 'wait' });
    const until = new Subject<void>();
    const seen = all(agUiSession(session, { until }));
    queued.cancel('not needed');
    until.next();
    const events = await seen;
    await expectAccepted(events);
    expect(events.map(({ type }) => type)).toEqual([
      'RUN_STARTED', 'STATE_SNAPSHOT', 'SUBAGENT_STARTED', 'STATE_DELTA', 'SUBAGENT_FINISHED', 'RUN_FINISHED',
    ]);
    expect(events.at(-2)).toMatchObject({ subagentRunId: task.id, outcome: { type: 'suspended' } });
    expect((await shown(events)).state.tasks).toMatchObject([
      { goal: 'before', status: 'completed' }, { goal: 'work', status: 'running' },
      { goal: 'wait', status: 'cancelled', reason: 'not needed' },
    ]);
    expect(task.snapshot().status).toBe('running');
  });

  it('should name the parent of a child, and take the context of a running agent for a scope', async () => {
    const session = createSession();
    const seen = all(agUiSession(session));
    let below: Promise<AGUIEvent[]> | undefined;
    const parent: Agent = (_brief, _steering, context: AgentContext) => {
      below = all(agUiSession(context));
      return from(collect(context.delegate(() => ['done'], { goal: 'help' }, { name: 'helper' })));
    };
    const task = session.delegate(parent, { goal: 'lead' });
    await collect(task);
    await session.close();
    const events = await seen;
    await expectAccepted(events);
    await expectAccepted(await below!);
    const helper = { type: 'SUBAGENT_STARTED', name: 'helper', description: 'help' };
    expect(events.filter(({ type }) => (type as string) === 'SUBAGENT_STARTED')).toMatchObject([
      { subagentRunId: task.id, name: expect.any(String) }, { ...helper, parentSubagentRunId: task.id },
    ]);
    const [alone] = (await below!).filter(({ type }) => (type as string) === 'SUBAGENT_STARTED');
    expect(alone).toMatchObject(helper);
    expect(alone).not.toHaveProperty('parentSubagentRunId');
  });

  it('should miss nothing that an observer causes by what it is told', async () => {
    const session = createSession();
    const task = session.delegate(working, { goal: 'work' });
    const events: AGUIEvent[] = [];
    agUiSession(session).subscribe((event) => {
      events.push(event);
      if ((event.type as string) === 'RUN_STARTED') session.delegate(() => ['a'], { goal: 'first' });
      if ((event.type as string) !== 'STATE_SNAPSHOT') return;
      session.delegate(() => ['b'], { goal: 'second' });
      task.cancel();
    });
    await session.close();
    await expectAccepted(events);
    expect((await shown(events)).state.tasks).toMatchObject([
      { goal: 'work', status: 'cancelled' }, { goal: 'first', status: 'completed' }, { goal: 'second', status: 'completed' },
    ]);
  });

  it('should say what is in hand of each task\'s line, also of one that ran before, and end with the scope', () => {
    const session = createSession();
    const outputs = [new Subject<AgentOutput>(), new Subject<AgentOutput>()];
    const start = (n: number) => session.delegate(() => outputs[n]!, { goal: `ask ${n}` });
    start(0);
    outputs[0]!.next(text('Over'));
    const seen: unknown[] = [];
    const until = new Subject<void>();
    agUiSession(session, { until }).subscribe({
      next: (event) => { if ('delta' in event && typeof event.delta === 'string') seen.push(event.delta); },
      complete: () => seen.push('|'),
    });
    start(1);
    outputs[1]!.next(text('Sure'));
    outputs[0]!.next(text('write? '));
    outputs[1]!.next(text('?\n'));
    expect(seen).toEqual(['Over', 'Sure', 'write? ', '?\n']);
    until.next();
    expect(seen.at(-1)).toBe('|');
  });

  it('should leave the tasks alone when it is unsubscribed', () => {
    const session = createSession();
    const task = session.delegate(working, { goal: 'work' });
    agUiSession(session).subscribe().unsubscribe();
    expect(task.snapshot().status).toBe('running');
  });

  it('should refuse what is no scope and no option', () => {
    const session = createSession();
    expect(caught(() => agUiSession({} as never))).toMatchObject({
      code: 'invalid_argument', message: 'Expected `scope` to be a session or an agent\'s context, got an object.',
    });
    expect(caught(() => agUiSession(session, { until: 5 as never }))).toMatchObject({
      message: 'Expected `until` to be a task or another stream, got 5.',
    });
    expect(caught(() => agUiSession(session, { end: 1 } as never))).toMatchObject({
      message: 'Unknown field `end` in the options of agUiSession. Expected: threadId, runId, until, resume.',
    });
  });

  it('should reach the messages and the state of a real HttpAgent', async () => {
    await using session = createSession();
    const ask = new Subject<void>();
    await using server = await createAgUiServer(({ threadId, runId }, reply) => {
      const watching = agUiSession(session, { threadId, runId, until: ask })
        .subscribe({ next: (event) => reply.send(event), complete: () => reply.end() });
      reply.onLeft(() => { watching.unsubscribe(); });
      const outputs = [line('hello'), tool('look', 'started'), tool('look', 'ended', 'x'), step(), result('done')];
      session.delegate(() => outputs, { goal: 'greet' })
        .events.subscribe({ complete: () => ask.next() });
    });
    const agent = new HttpAgent({ url: server.url });
    const { newMessages } = await agent.runAgent();
    expect(newMessages.map(({ role, content }) => [role, content])).toEqual([
      ['assistant', 'hello\n'], ['assistant', undefined], ['tool', 'x'],
    ]);
    expect(agent.state).toMatchObject({ tasks: [{ goal: 'greet', status: 'completed' }] });
  });

  type Move =
    | { readonly do: 'put'; readonly which: number; readonly output: AgentOutput }
    | { readonly do: 'start'; readonly below: number | null }
    | { readonly do: (typeof ENDINGS)[number]; readonly which: number }
    | { readonly do: 'watch' | 'until' };
  const ENDINGS = ['cancel', 'fail', 'complete', 'steer'] as const;
  const which = fc.nat(9);
  const output = fc.constantFrom<AgentOutput>(
    line('x'), line('a\nb'), { type: 'text', text: 'y' }, tool('t', 'started', 'd'), tool('t', 'ended'), step(),
    usage({ inputTokens: 1, outputTokens: 1.5 }), result('r'),
  );
  const aMove: fc.Arbitrary<Move> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), which, output }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), below: fc.option(which) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom(...ENDINGS), which }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('watch' as const, 'until' as const) }) },
  );

  it('should be accepted whatever the tasks do, and whenever it is watched from and until', async () => {
    await fc.assert(fc.asyncProperty(fc.array(aMove, { maxLength: 40 }), async (moves: Move[]) => {
      const session = createSession({ maxRunning: 2, overflow: 'queue', windowLines: 2, retain: { count: 1, unheard: 1 } });
      const until = new Subject<void>();
      const started: { readonly task: Task; outputs?: Subject<AgentOutput>; context?: AgentContext }[] = [];
      const watched = [all(agUiSession(session))];
      for (const move of moves) {
        if (move.do === 'watch') watched.push(all(agUiSession(session, { until })));
        else if (move.do === 'until') until.next();
        else if (move.do === 'start') {
          const context = move.below === null ? undefined : started[move.below]?.context;
          const entry: Partial<(typeof started)[number]> = {};
          const agent: Agent = (_brief, _steering, given) => {
            entry.context = given;
            return entry.outputs = new Subject<AgentOutput>();
          };
          try {
            started.push(Object.assign(entry, { task: (context ?? session).delegate(agent, { goal: 'go' }) }));
          } catch {
            // Its parent has ended, or is of the deepest generation.
          }
        } else if ('which' in move) {
          const { task, outputs } = started[move.which] ?? {};
          if (move.do === 'put') outputs?.next(move.output);
          else if (move.do === 'cancel') task?.cancel('enough');
          else if (move.do === 'steer') task?.steer('left');
          else if (move.do === 'fail') outputs?.error(new Error('no'));
          else outputs?.complete();
        }
      }
      await session.close();
      for (const events of await Promise.all(watched)) await expectAccepted(events);
      const { state } = await shown(await watched[0]!);
      expect(state.tasks.map(({ id }) => id)).toEqual(started.map(({ task }) => task.id));
      expect(state.tasks.map(({ status }) => status)).toEqual(started.map(({ task }) => task.snapshot().status));
    }), { numRuns: 200 });
  });

  it.each(['cancelled', 'completed'] as const)('should go on until a task has ended: %s', async (status) => {
    const session = createSession();
    const outputs = new Subject<string>();
    const task = session.delegate(() => outputs, { goal: 'count' });
    const seen = all(agUiSession(session, { until: task }));
    outputs.next('one');
    outputs.next('two');
    if (status === 'cancelled') task.cancel('enough');
    else outputs.complete();
    const events = await seen;

    await expectAccepted(events);
    expect((await shown(events)).state.tasks).toMatchObject([{ id: task.id, status }]);
    expect(events.filter(({ type }) => (type as string) === 'TEXT_MESSAGE_CONTENT')).toHaveLength(2);
  });

  it('should end at once where that task has ended before', async () => {
    const session = createSession();
    const task = session.delegate(() => ['done'], { goal: 'count' });
    session.delegate(working, { goal: 'work' });
    const events = await all(agUiSession(session, { until: task }));
    await expectAccepted(events);
    expect(events.at(-1)).toMatchObject({ type: 'RUN_FINISHED' });
  });

  it('should end as RUN_ERROR where what it waits for fails', async () => {
    const events = await all(agUiSession(createSession(), { until: throwError(() => new Error('gone')) }));
    await expectAccepted(events);
    expect(events.at(-1)).toMatchObject({ type: 'RUN_ERROR', message: 'gone' });
  });
});
