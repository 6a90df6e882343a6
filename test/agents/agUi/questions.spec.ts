import { describe, expect, it } from '@jest/globals';
import { HttpAgent, type Interrupt, type RunAgentInput } from '@ag-ui/client';
import { filter, firstValueFrom, toArray } from 'rxjs';
import { openSession } from '../../../src/core/openSession.js';
import { collect, createSession, type OpenQuestion, type Session, type TaskEvent } from '../../../src/index.js';
import { agUi } from '../../../src/agents/agUi/index.js';
import { questionOf } from '../../../src/agents/agUi/run/questionOf.js';
import { memoryStore } from '../../../src/stores/index.js';
import { rejection } from '../../support/caught.js';
import { createAgUiServer, type AgUiServer } from './support/createAgUiServer.js';
import { message, wholeRun } from './support/events.js';
import { Scripted } from './support/scripted.js';

const brief = { goal: 'paint it' };

const asksFor = (interrupts: readonly Interrupt[]) => (input: RunAgentInput) => input.resume === undefined && input.messages.length === 1
  ? wholeRun(input, message('1', 'hm'), { outcome: { type: 'interrupt', interrupts } })
  : wholeRun(input, message('2', JSON.stringify(input.resume ?? null)));

/** A server that asks for these, and says with what it was resumed. */
const server = (interrupts: readonly Interrupt[]): Promise<AgUiServer> => createAgUiServer((input, reply) => {
  for (const event of asksFor(interrupts)(input)) reply.send(event);
  reply.end();
});

const open = (session: Session, count = 1): Promise<readonly OpenQuestion[]> =>
  firstValueFrom(session.questions.pipe(filter(({ length }) => length === count)));

describe('interrupts as questions', () => {
  it('should all be asked at once over HTTP, and be resumed together', async () => {
    const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
    await using asking = await server([
      { id: 'a', reason: 'approval', message: 'Delete it?', responseSchema: { type: 'boolean' }, toolCallId: 'call', metadata: { x: 1 } },
      { id: 'b', reason: 'how', responseSchema: schema }, { id: 'c', reason: 'which', responseSchema: { enum: [1, 'two', null] } },
      { id: 'd', reason: 'name' }, { id: 'e', reason: 'size', responseSchema: { type: 'number' } },
    ]);
    await using session = createSession();
    const task = session.delegate(agUi(new HttpAgent({ url: asking.url }), { onInterrupt: 'ask', steering: false }), brief);
    const questions = await open(session, 5);
    expect(questions.map(({ kind, text }) => [kind, text])).toEqual([
      ['confirm', 'Delete it?'], ['form', 'how'], ['choice', 'which'], ['text', 'name'], ['form', 'size'],
    ]);
    expect(questions[0]!.detail).toEqual({ interrupt: 'a', reason: 'approval', toolCall: 'call', metadata: { x: 1 } });
    expect(questions[1]!.schema).toEqual(schema);
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: {} });
    expect(questions[1]!.answer({})).toMatchObject({ answered: false, error: { code: 'invalid_argument' } });
    for (const [n, answer] of [[4, { answer: 7 }], [0, 'yes'], [1, { colour: 'red' }], [2, '1'], [3, 'Bob']] as const) {
      expect(questions[n]!.answer(answer).answered).toBe(true);
    }
    expect(JSON.parse(await collect(task))).toEqual([
      { interruptId: 'a', status: 'resolved', payload: true }, { interruptId: 'b', status: 'resolved', payload: { colour: 'red' } },
      { interruptId: 'c', status: 'resolved', payload: 1 }, { interruptId: 'd', status: 'resolved', payload: 'Bob' },
      { interruptId: 'e', status: 'resolved', payload: 7 },
    ]);
    expect(asking.visits).toHaveLength(2);
  });

  it('should be cancelled there where they are declined or have expired, and a declined confirmation be a no', async () => {
    await using session = createSession();
    const expiresAt = new Date(Date.now() + 2_000).toISOString();
    const task = session.delegate(agUi(new Scripted(asksFor([
      { id: 'a', reason: 'name' }, { id: 'b', reason: 'late', expiresAt }, { id: 'c', reason: 'past', expiresAt: '2020-01-01T00:00:00Z' },
      { id: 'd', reason: 'ok', responseSchema: { type: 'boolean' } }, { id: 'e', reason: 'ever', expiresAt: 'some day' },
    ])), { onInterrupt: 'ask' }), brief);
    const questions = await open(session, 4);
    expect(questions.map(({ text, until }) => [text, typeof until])).toEqual([
      ['name', 'undefined'], ['late', 'number'], ['ok', 'undefined'], ['ever', 'undefined'],
    ]);
    questions[0]!.decline('no');
    questions[2]!.decline();
    questions[3]!.answer('now');
    expect(JSON.parse(await collect(task))).toEqual([
      { interruptId: 'a', status: 'cancelled' }, { interruptId: 'b', status: 'cancelled' }, { interruptId: 'c', status: 'cancelled' },
      { interruptId: 'd', status: 'resolved', payload: false }, { interruptId: 'e', status: 'resolved', payload: 'now' },
    ]);
  });

  it('should be given up where it asks again and again for what has expired', async () => {
    await using session = createSession();
    const interrupts = [{ id: 'a', reason: 'past', expiresAt: '2020-01-01T00:00:00Z' }];
    const asking = (input: RunAgentInput) => wholeRun(input, message('1', 'hm'), { outcome: { type: 'interrupt', interrupts } });
    const task = session.delegate(agUi(new Scripted(asking), { onInterrupt: 'ask' }), brief);
    await expect(collect(task)).rejects.toThrow('asks again and again for what has expired');
  });

  it('should be answered by the next steering message where one text is asked for and nothing else', async () => {
    await using session = createSession();
    const task = session.delegate(agUi(new Scripted(asksFor([{ id: 'a', reason: 'name' }])), { onInterrupt: 'ask' }), brief);
    const [question] = await open(session);
    const receipt = task.steer('Bob');
    const settled = firstValueFrom(receipt.settled);
    expect(JSON.parse(await collect(task))).toEqual([{ interruptId: 'a', status: 'resolved', payload: 'Bob' }]);
    expect(await settled).toMatchObject({ state: 'delivered' });
    expect(question!.answer('Alice').answered).toBe(false);
  });

  it('should leave a message to the next run where more than a text is asked for', async () => {
    await using session = createSession();
    const asking = asksFor([{ id: 'a', reason: 'ok', responseSchema: { type: 'boolean' } }]);
    const task = session.delegate(agUi(new Scripted(asking), { onInterrupt: 'ask' }), brief);
    const [question] = await open(session);
    const receipt = task.steer('Bob');
    expect(receipt.state).toBe('queued');
    question!.answer(true);
    await firstValueFrom(task.events.pipe(filter(({ type }) => type === 'answered')));
    await firstValueFrom(task.stopped);
    expect(task.snapshot()).toMatchObject({ status: 'completed', steering: { delivered: 1 } });
  });

  it('should stop when the task is cancelled while they are asked', async () => {
    await using session = createSession();
    const task = session.delegate(agUi(new Scripted(asksFor([{ id: 'a', reason: 'name' }])), { onInterrupt: 'ask' }), brief);
    const [question] = await open(session);
    task.cancel();
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(question!.answer('x')).toMatchObject({ answered: false, error: { code: 'not_running' } });
  });

  it('should be what their schema says, whatever that is', () => {
    const of = (responseSchema: unknown) => questionOf({ id: 'a', reason: ' ', responseSchema: responseSchema as never });
    expect(of(undefined).question.text).toBe('The agent stopped to ask for something, and does not say for what.');
    expect(of({ type: 'string', enum: ['a', 'b'] }).question.options).toEqual([{ id: 'a' }, { id: 'b' }]);
    const titled = of({ oneOf: [{ const: 1, title: 'One' }, { const: 2 }] });
    expect(titled.question.options).toEqual([{ id: '1', label: 'One' }, { id: '2' }]);
    expect(titled.payloadOf('2')).toBe(2);
    expect(of({ properties: { a: {} } }).question.schema).toMatchObject({ type: 'object' });
    expect(of({}).payloadOf('[1]')).toEqual([1]);
    expect(of({}).payloadOf('one')).toBe('one');
    expect(of({ type: 'object', description: 'x'.repeat(70_000) }).question.schema).toBeUndefined();
    expect(of({ type: 'array', items: { type: 'number' } }).question.schema).toMatchObject({ required: ['answer'] });
    expect(of({ enum: Array.from({ length: 200 }, (_, n) => n) }).question.options).toBeUndefined();
  });
});

describe('a follow-up of an AG-UI agent', () => {
  /** Says all that it is told, and the number of its state. */
  const recalling = (input: RunAgentInput) => wholeRun(input, message(
    input.runId, JSON.stringify([input.threadId, input.messages.map(({ content }) => content), input.state ?? null, input.resume ?? null]),
  ));

  it('should go on with the thread, the messages and the state', async () => {
    await using session = createSession();
    const agent = agUi(new Scripted(recalling), { input: { state: { count: 1 } } });
    expect(agent.followUp).toBe(true);
    const first = session.delegate(agent, { goal: 'one' });
    const [threadId, , , ] = JSON.parse(await collect(first)) as unknown[];
    const again = JSON.parse(await collect(session.delegate(agent, { goal: 'two', follow_up: first.id }))) as unknown[];
    expect(again).toEqual([threadId, ['one', JSON.stringify([threadId, ['one'], { count: 1 }, null]), 'two'], { count: 1 }, null]);
  });

  it('should go on after a restart, over HTTP', async () => {
    await using recaller = await createAgUiServer((input, reply) => {
      for (const event of recalling(input)) reply.send(event);
      reply.end();
    });
    const store = memoryStore();
    const life = () => openSession({ store, agents: { painter: agUi(new HttpAgent({ url: recaller.url })) } });
    const one = agUi(new HttpAgent({ url: recaller.url }));
    const session = await openSession({ store, agents: { painter: one } });
    const { id } = session.delegate(one, { goal: 'one' }, { name: 'painter' });
    await collect(session.get(id)!);
    await session.close();
    const second = await life();
    const next = second.delegate(agUi(new HttpAgent({ url: recaller.url })), { goal: 'two', follow_up: id }, { name: 'painter' });
    const [threadId, messages] = JSON.parse(await collect(next)) as [string, string[]];
    expect(messages).toEqual(['one', JSON.stringify([threadId, ['one'], {}, null]), 'two']);
    await second.close();
  });

  it('should cancel what the task before had been asked for', async () => {
    await using session = createSession();
    const asking = asksFor([{ id: 'a', reason: 'name' }]);
    const agent = agUi(new Scripted((input) => input.messages.length === 1 ? asking(input) : recalling(input)), { onInterrupt: 'ask' });
    const first = session.delegate(agent, { goal: 'one' });
    await open(session);
    first.cancel();
    await firstValueFrom(first.stopped);
    const [, messages, , resume] = JSON.parse(await collect(session.delegate(agent, { goal: 'two', follow_up: first.id }))) as unknown[];
    expect(messages).toEqual(['one', 'hm', 'two']);
    expect(resume).toEqual([{ interruptId: 'a', status: 'cancelled' }]);
  });

  it('should be refused where the conversation was too long to be kept', async () => {
    await using session = createSession();
    const agent = agUi(new Scripted(recalling));
    const first = session.delegate(agent, { goal: 'x'.repeat(300_000) });
    await collect(first);
    expect(await rejection(collect(session.delegate(agent, { goal: 'two', follow_up: first.id })))).toMatchObject({
      code: 'not_started', message: expect.stringMatching(/cannot go on: it could not be saved: .*more than 262144 characters\. Start a/),
    });
  });

  it('should be interrupted by a restart where a definition says that it resumes', async () => {
    const store = memoryStore();
    const silent = agUi(new Scripted(asksFor([{ id: 'a', reason: 'name' }])), { onInterrupt: 'ask' });
    const live = () => openSession({ store, agents: { painter: { agent: silent, onRestart: 'resume' } } });
    const first = await live();
    const { id } = first.delegate(silent, brief, { name: 'painter' });
    await open(first);
    expect((await first.close()).kept).toEqual([id]);
    const second = await live();
    const events: TaskEvent[] = await firstValueFrom(second.get(id)!.events.pipe(toArray()));
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'interrupted' } });
    await second.close();
  });
});
