import { describe, expect, it } from '@jest/globals';
import { HttpAgent, type AGUIEvent, type Interrupt, type ResumeEntry } from '@ag-ui/client';
import fc from 'fast-check';
import { concat, defer, filter, firstValueFrom, ignoreElements, map, merge, of, Subject, toArray, type Observable } from 'rxjs';
import { agUiEvents, agUiSession } from '../../../src/agents/agUi/index.js';
import {
  collect, createSession, line, result, text, tool, type Agent, type AgentContext, type AgentOutput, type Question, type Task,
} from '../../../src/index.js';
import { expectAccepted } from './support/accepted.js';
import { createAgUiServer } from './support/createAgUiServer.js';

const brief = { goal: 'go' };
const all = (events: Observable<AGUIEvent>): Promise<AGUIEvent[]> => firstValueFrom(events.pipe(toArray()));
const runOf = (task: Task, resume: readonly ResumeEntry[] = []): Promise<AGUIEvent[]> =>
  all(task.events.pipe(agUiEvents({ threadId: 't', resume })));
const resolved = (interruptId: string, payload?: unknown): ResumeEntry => ({ interruptId, status: 'resolved', payload });

const interruptsOf = (events: readonly AGUIEvent[]): readonly Interrupt[] => {
  const last = events.at(-1)!;
  return 'outcome' in last && last.outcome?.type === 'interrupt' && 'interrupts' in last.outcome ? last.outcome.interrupts : [];
};
const saidOf = (events: readonly AGUIEvent[]): string =>
  events.map((event) => event.type === 'TEXT_MESSAGE_CONTENT' as never ? (event as { delta: string }).delta : '').join('');
const customOf = (events: readonly AGUIEvent[], name: string): unknown[] =>
  events.flatMap((event) => 'name' in event && event.name === `sidestream.${name}` && 'value' in event ? [event.value as unknown] : []);

/** Puts out what it is told from outside, and asks what it is told to. */
function staged(options?: Parameters<typeof createSession>[0]) {
  const outputs = new Subject<AgentOutput>();
  let context!: AgentContext;
  const session = createSession(options);
  const agent: Agent = (_brief, _steering, given) => {
    context = given;
    return outputs;
  };
  const task = session.delegate(agent, brief);
  const ask = (question: Question, then: (answer: unknown) => void = () => undefined): void => {
    context.ask(question).subscribe({ next: then, error: (error: unknown) => { outputs.error(error); } });
  };
  return { session, task, outputs, ask };
}

describe('agUiEvents of a task that asks', () => {
  it('should end the run with an interrupt, and go on with the task when the next one answers', async () => {
    const { task, outputs, ask } = staged();
    const first = runOf(task);
    outputs.next(line('before'));
    ask({ text: 'Which?', options: ['a', { id: 'b', label: 'Bee' }], default: 'a', timeout: 60_000 }, (answer) => {
      outputs.next(line(`took ${String(answer)}`));
      outputs.complete();
    });
    const asked = await first;
    await expectAccepted(asked);
    expect(saidOf(asked)).toBe('before\n');
    expect(interruptsOf(asked)).toEqual([{
      id: 'q1', reason: 'input_required', message: 'Which?', expiresAt: new Date(task.questions[0]!.until!).toISOString(),
      responseSchema: { type: 'string', oneOf: [{ const: 'a', title: 'a' }, { const: 'b', title: 'Bee' }] },
      metadata: { kind: 'choice', taskId: task.id, agent: 'agent', options: [{ id: 'a' }, { id: 'b', label: 'Bee' }], default: 'a' },
    }]);
    outputs.next(line('meanwhile'));
    const next = await runOf(task, [resolved('q1', 'b')]);
    await expectAccepted(next);
    expect(saidOf(next)).toBe('meanwhile\ntook b\n');
    expect(customOf(next, 'started')).toEqual([]);
    expect(customOf(next, 'answered')).toEqual([{ questionId: 'q1', how: 'answer', answer: 'b' }]);
    expect(next.at(-1)).toMatchObject({ type: 'RUN_FINISHED', outcome: { type: 'success' }, result: 'took b' });
  });

  it('should tell neither a line in hand nor an open tool call twice', async () => {
    const { task, outputs, ask } = staged();
    const first = runOf(task);
    outputs.next(tool('shell', 'started', '{}', 'c1'));
    outputs.next(text('Over'));
    ask({ kind: 'permission', text: 'May I?' }, (answer) => {
      outputs.next(text(`write: ${String(answer)}\n`));
      outputs.next(tool('shell', 'ended', 'ran', 'c1'));
      outputs.complete();
    });
    const asked = await first;
    await expectAccepted(asked);
    const next = await runOf(task, [resolved('q1', { approved: true })]);
    await expectAccepted(next);
    expect([saidOf(asked), saidOf(next)]).toEqual(['Over', 'write: allow_once\n']);
    const callsIn = (events: readonly AGUIEvent[], kind: string) => events.filter(({ type }) => type === `TOOL_CALL_${kind}` as never);
    const [call] = callsIn(asked, 'START') as { toolCallId: string }[];
    expect(callsIn([...asked, ...next], 'RESULT')).toMatchObject([{ toolCallId: call!.toolCallId, content: 'ran' }]);
  });

  it('should decline what was cancelled, and say which entries were not taken', async () => {
    const { task, outputs, ask } = staged();
    const first = runOf(task);
    ask({ kind: 'confirm', text: 'Sure?' }, (answer) => {
      outputs.next(result(String(answer)));
      outputs.complete();
    });
    await first;
    const next = await runOf(task, [{ interruptId: 'q1', status: 'cancelled' }, resolved('q9', 1), null as never]);
    await expectAccepted(next);
    expect(customOf(next, 'answer_refused')).toEqual([
      { questionId: 'q9', code: expect.stringMatching(/not_running|question_not_found/), message: expect.any(String) },
      { questionId: 'undefined', code: expect.any(String), message: expect.any(String) },
    ]);
    expect(next.at(-1)).toMatchObject({ result: 'false' });
  });

  it('should stop again for what is still open, with what was wrong with the answer', async () => {
    const { task, outputs, ask } = staged();
    const first = runOf(task);
    ask({ kind: 'confirm', text: 'Sure?' });
    ask({ text: 'What?' });
    expect(interruptsOf(await first).map(({ id }) => id)).toEqual(['q1']);
    outputs.next(line('on'));
    const next = await runOf(task, [resolved('q1', 'perhaps')]);
    await expectAccepted(next);
    expect(saidOf(next)).toBe('on\n');
    expect(interruptsOf(next)).toMatchObject([
      { id: 'q1', metadata: { error: 'Expected the answer to be true or false, got "perhaps".' } }, { id: 'q2' },
    ]);
    // What was answered by somebody else since is refused, and the run goes on.
    task.answer('q1', true);
    const third = runOf(task, [resolved('q1', true), resolved('q2', 'words')]);
    outputs.complete();
    expect(customOf(await third, 'answer_refused')).toMatchObject([{ questionId: 'q1', code: 'already_answered' }]);
  });

  it('should tell a client that starts anew all of the window', async () => {
    const { task, outputs, ask } = staged();
    const first = runOf(task);
    outputs.next(line('one'));
    ask({ text: 'What?' });
    await first;
    const anew = await runOf(task);
    await expectAccepted(anew);
    expect([saidOf(anew), interruptsOf(anew).length]).toEqual(['one\n', 1]);
    task.cancel();
  });

  it.each(['told so', 'piped'])('should go on, and only tell, where it is %s', async (how) => {
    const { task, outputs, ask } = staged();
    const seen = all(how === 'piped' ? task.events.pipe(filter(() => true), agUiEvents())
      : task.events.pipe(agUiEvents({ onQuestion: 'tell' })));
    ask({ text: 'What?', detail: { of: 1 } }, () => { outputs.complete(); });
    task.answer('q1', 'that');
    const told = await seen;
    await expectAccepted(told);
    expect(customOf(told, 'question')).toEqual([{ questionId: 'q1', kind: 'text', text: 'What?', detail: { of: 1 } }]);
    expect(customOf(told, 'answered')).toEqual([{ questionId: 'q1', how: 'answer', answer: 'that' }]);
  });

  it('should tell each line once and in order over all runs of a thread, whoever answers and whenever', async () => {
    const aMove = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('line', 'text', 'end of line') }, { weight: 2, arbitrary: fc.constant('ask') },
      { weight: 3, arbitrary: fc.constantFrom('resume', 'cancel', 'answer by code') },
    );
    await fc.assert(fc.asyncProperty(fc.array(aMove, { maxLength: 30 }), async (moves) => {
      const { task, outputs, ask } = staged();
      let n = 0;
      let wanted = '';
      const runs: Promise<AGUIEvent[]>[] = [];
      let isOver = false;
      let interrupts: readonly Interrupt[] = [];
      const start = (resume: readonly ResumeEntry[]): void => {
        isOver = false;
        const run = runOf(task, resume);
        runs.push(run);
        void run.then((events) => {
          isOver = true;
          interrupts = interruptsOf(events);
        });
      };
      const say = (words: string): void => {
        wanted += words;
        outputs.next(text(words));
      };
      const turn = (): Promise<unknown> => new Promise((resolve) => { setImmediate(resolve); });
      start([]);
      for (const move of moves) {
        if (move === 'line') say(`${n++}\n`);
        else if (move === 'text') say(`<${n++}>`);
        else if (move === 'end of line') say('\n');
        else if (move === 'ask') ask({ text: `${n++}?`, kind: 'confirm' });
        else if (move === 'answer by code') task.questions[0]?.answer(true);
        else {
          await turn();
          const status = move === 'resume' ? 'resolved' : 'cancelled';
          if (isOver) start(interrupts.map(({ id }) => ({ interruptId: id, status, payload: true })));
        }
      }
      for (const question of task.questions) question.answer(true);
      await turn();
      outputs.complete();
      if (isOver && interrupts.length > 0) start(interrupts.map(({ id }) => resolved(id, true)));
      const told = await Promise.all(runs);
      for (const run of told) await expectAccepted(run);
      // A line of blanks that nobody ended is ended by its event.
      expect(told.map(saidOf).join('').replace(/\n$/, '')).toBe(wanted.replace(/\n$/, ''));
    }), { numRuns: 300 });
  });

  it('should go on with AG-UI\'s own client over HTTP', async () => {
    await using session = createSession();
    const schema = { type: 'object', properties: { x: { type: 'number' } } };
    const agent: Agent = (_brief, _steering, { ask }) => concat(
      of(line('hello')), defer(() => ask({ text: 'Where?', schema })).pipe(map((answer) => result(JSON.stringify(answer)))),
    );
    const tasks = new Map<string, Task>();
    await using server = await createAgUiServer(({ threadId, runId, resume }, reply) => {
      const task = tasks.get(threadId) ?? session.delegate(agent, brief);
      tasks.set(threadId, task);
      task.events.pipe(agUiEvents({ threadId, runId, resume })).subscribe({
        next: (event) => { reply.send(event); }, complete: () => { reply.end(); },
      });
    });
    const client = new HttpAgent({ url: server.url });
    await client.runAgent();
    expect(client.pendingInterrupts).toMatchObject([{ id: 'q1', responseSchema: { type: 'object' } }]);
    const { result: end, newMessages } = await client.runAgent({ resume: [resolved('q1', { x: 1 })] });
    expect([end, newMessages.length, client.messages.length]).toEqual(['{"x":1}', 0, 1]);
    expect(tasks.size).toBe(1);
  });
});

describe('agUiSession of tasks that ask', () => {
  const asking = (question: Question, more: Observable<AgentOutput> = of()): Agent<unknown> => (_brief, _steering, { ask }) =>
    merge(more, ask(question).pipe(map((answer) => result(answer))));

  it('should have what is asked in its state and as events, while the others go on', async () => {
    const session = createSession();
    const early = session.delegate(asking({ text: 'early?' }), brief);
    const seen = all(agUiSession(session));
    const task = session.delegate(asking({ kind: 'confirm', text: 'Sure?' }), brief);
    early.answer('q1', 'yes');
    task.answer('q2', false);
    session.delegate(asking({ text: 'for ever?' }), brief).cancel();
    await session.close();
    const events = await seen;
    await expectAccepted(events);
    const snapshot = events.find(({ type }) => type === 'STATE_SNAPSHOT' as never) as { snapshot: { tasks: unknown[] } };
    expect(snapshot.snapshot.tasks).toMatchObject([{ id: early.id, questions: [{ id: 'q1', kind: 'text', text: 'early?' }] }]);
    expect(customOf(events, 'question')).toMatchObject([{ questionId: 'q2', kind: 'confirm' }, { questionId: 'q3' }]);
    expect(customOf(events, 'answered')).toMatchObject([{ questionId: 'q1', how: 'answer' }, { questionId: 'q2', answer: false }]);
    const deltas = events.flatMap((event) => event.type === 'STATE_DELTA' as never
      ? (event as unknown as { readonly delta: readonly { readonly path: string; readonly value: unknown }[] }).delta : []);
    const asked = deltas.filter(({ path }) => path.endsWith('/questions'));
    expect(asked.map(({ path, value }) => [path, (value as unknown[]).length])).toEqual([
      ['/tasks/1/questions', 1], ['/tasks/0/questions', 0], ['/tasks/1/questions', 0], ['/tasks/2/questions', 1], ['/tasks/2/questions', 0],
    ]);
  });

  it('should be an interrupt where it is stopped for a question, and answer by the next run', async () => {
    await using session = createSession();
    const until = session.questions.pipe(filter(({ length }) => length > 0));
    const other = new Subject<AgentOutput>();
    session.delegate(() => other.pipe(ignoreElements()), brief);
    const task = session.delegate(asking({ kind: 'permission', text: 'May I?' }), brief);
    const events = await all(agUiSession(session, { until }));
    await expectAccepted(events);
    expect(interruptsOf(events)).toMatchObject([{ id: 'q1', subagentRunId: task.id, reason: 'confirmation' }]);
    expect(events).toContainEqual(expect.objectContaining({
      type: 'SUBAGENT_FINISHED', subagentRunId: task.id, outcome: { type: 'suspended', interruptIds: ['q1'] },
    }));
    const next = all(agUiSession(session, { until: merge(until, task), resume: [resolved('q1', true)] }));
    expect(await collect(task)).toBe('allow_once');
    await expectAccepted(await next);
    expect(interruptsOf(await next)).toEqual([]);
  });
});
