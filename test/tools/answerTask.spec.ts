import { describe, expect, it } from '@jest/globals';
import { from, mergeMap, of } from 'rxjs';
import type { Agent, Question } from '../../src/index.js';
import { askingBelow } from '../../src/tools/hearing/news.js';
import { call } from './support/call.js';
import { createPuppet, nest, setUp, toolsetOf, type SetUp } from './support/setUp.js';

/** Asks these, one after the other or at once, and ends with the answers. */
const asking = (...questions: readonly Question[]): Agent => (_brief, _steering, context) =>
  from(questions).pipe(mergeMap((question) => context.ask(question)), mergeMap((answer) => of(JSON.stringify(answer))));

const COLOUR: Question = { text: 'Which colour?', options: ['red', { id: 'blue', label: 'Sky blue' }] };

/** Lets promises go on. */
const turns = async (): Promise<void> => { for (let n = 0; n < 20; n++) await Promise.resolve(); };

function started(question: Question | readonly Question[], agents: Parameters<typeof setUp>[1] = {}): SetUp & { readonly task_id: string } {
  const all = setUp({}, agents);
  const task = all.start(asking(...[question].flat()));
  return { ...all, task_id: task.id };
}

describe('answer_task', () => {
  it.each<[string, Question, unknown, string]>([
    ['a text', { text: 'Your name?' }, 'Ada', '"Ada"'],
    ['a number for a text', { text: 'How many?' }, 5, '"5"'],
    ['an option by its id', COLOUR, 'blue', '"blue"'],
    ['an option by its label', COLOUR, 'sky BLUE', '"blue"'],
    ['yes', { text: 'Shall I?', kind: 'confirm' }, 'yes', 'true'],
    ['true', { text: 'Shall I?', kind: 'confirm' }, true, 'true'],
    ['a form', { text: 'Where?', schema: { type: 'object', properties: { x: { type: 'number' } } } }, { x: 1 }, '{"x":1}'],
    ['a form as text', { text: 'Where?', schema: { type: 'object', properties: { x: { type: 'number' } } } }, '{"x":1}', '{"x":1}'],
  ])('should answer with %s, so that the task goes on', async (_, question, answer, result) => {
    const { tools, task_id } = started(question);
    expect(await call(tools.answer_task, { task_id, answer })).toEqual({
      ok: true, task_id, question_id: 'q1', answered: true, message: 'The agent has the answer and goes on.',
    });
    expect(await call(tools.collect_task, { task_id })).toMatchObject({ status: 'completed', summary: result });
  });

  it('should refuse a wrong kind of answer, say what is expected, and leave the question open', async () => {
    const { tools, task_id } = started(COLOUR);
    expect(await call(tools.answer_task, { task_id, answer: 'green' })).toEqual({
      ok: false, code: 'invalid_argument', error: 'Expected the answer to be one of red, blue, got "green".',
      task_id, status: 'running', question_id: 'q1', answered: false,
    });
    expect(await call(tools.answer_task, { task_id, answer: 'red' })).toMatchObject({ answered: true });
  });

  it('should say of a second answer that it was late', async () => {
    const { tools, task_id } = started([COLOUR, COLOUR]);
    await call(tools.answer_task, { task_id, question_id: 'q1', answer: 'red' });
    expect(await call(tools.answer_task, { task_id, question_id: 'q1', answer: 'blue' })).toMatchObject({
      ok: false, code: 'already_answered', error: expect.stringContaining('was answered already'), answered: false,
    });
  });

  it('should ask which is meant where several are open', async () => {
    const { tools, task_id } = started([COLOUR, { text: 'Which size?' }]);
    expect(await call(tools.answer_task, { task_id, answer: 'red' })).toMatchObject({
      code: 'invalid_argument', error: `Task ${task_id} asks several things. Send \`question_id\`: q1, q2.`,
    });
    expect(await call(tools.answer_task, { task_id, question_id: 'q2', answer: 'large' })).toMatchObject({ answered: true });
    expect(await call(tools.answer_task, { task_id, answer: 'red' })).toMatchObject({ answered: true, question_id: 'q1' });
  });

  it('should decline with a reason, of which the asker hears', async () => {
    const { tools, task_id } = started({ text: 'The password?' });
    expect(await call(tools.answer_task, { task_id, answer: '', decline: 'I have none' })).toMatchObject({
      ok: true, answered: true, message: 'The agent was told that it gets no answer.',
    });
    expect(await call(tools.collect_task, { task_id })).toMatchObject({
      status: 'failed', code: 'unanswered', error: 'The question "The password?" was declined: I have none.',
    });
  });

  it('should leave a permission to people, unless it may answer it', async () => {
    const permission: Question = { text: 'May I write?', kind: 'permission' };
    const { tools, task_id, session } = started(permission);
    expect(await call(tools.answer_task, { task_id, answer: 'allow_once' })).toMatchObject({
      ok: false, code: 'not_allowed', error: expect.stringContaining('only a person may answer'), answered: false,
    });
    expect(await call(tools.answer_task, { task_id, question_id: 'q1', decline: 'no' })).toMatchObject({ code: 'not_allowed' });
    expect(await call(tools.check_task, { task_id }))
      .toMatchObject({ questions: [{ question_id: 'q1', kind: 'permission', for: 'person' }] });
    expect(session.get(task_id)!.questions[0]!.answer(true)).toMatchObject({ answered: true });

    const other = started(permission, { mayAnswer: ['permission'] });
    expect(await call(other.tools.answer_task, { task_id: other.task_id, answer: true })).toMatchObject({ answered: true });
    expect(await call(other.tools.collect_task, { task_id: other.task_id })).toMatchObject({ summary: '"allow_once"' });
  });

  it('should be left out, and named nowhere, where the model may answer nothing', async () => {
    const { tools, start } = setUp({}, { mayAnswer: [] });
    expect(tools).not.toHaveProperty('answer_task');
    const task = start(asking({ text: 'Your name?' }));
    const answers = [
      await call(tools.check_task, { task_id: task.id }), await call(tools.steer_task, { task_id: task.id, message: 'Ada' }),
      await call(tools.collect_task, { task_id: task.id, timeout: 0 }),
    ];
    expect(JSON.stringify([...Object.values(tools).map(({ description }) => description), answers])).not.toContain('answer_task');
    expect(answers[2]).toMatchObject({ timed_out: true, questions: [{ for: 'person' }] });
  });

  it('should answer what is asked below a child, also where that has a model of its own', async () => {
    const { session, tools } = setUp();
    const { context } = nest(session);
    toolsetOf(context);
    const task = context.delegate(asking(COLOUR), { goal: 'ask' });
    expect(await call(tools.check_task, { task_id: task.id })).toMatchObject({ questions: [{ question_id: 'q1', for: 'agent' }] });
    expect(await call(tools.answer_task, { task_id: task.id, answer: 'red' })).toMatchObject({ answered: true });
  });

  it('should be named by a message to a child that waits for words', async () => {
    const { tools, task_id } = started({ text: 'Your name?' });
    expect(await call(tools.steer_task, { task_id, message: 'Ada' })).toMatchObject({
      ok: true, state: 'queued', message: expect.stringMatching(/It is no answer to q1, for which the agent waits: answer_task\.$/),
    });
  });
});

describe('what is asked', () => {
  it('should be shown by check_task and list_tasks', async () => {
    const { tools, task_id } = started({ ...COLOUR, detail: { part: 'door' }, default: 'red', timeout: 60_000 });
    expect(await call(tools.check_task, { task_id })).toMatchObject({
      status: 'running', waiting_for: { reason: 'an answer: Which colour?', seconds_left: 60 },
      questions: [{
        task_id, agent: 'worker', question_id: 'q1', kind: 'choice', question: 'Which colour?',
        options: ['red', { id: 'blue', label: 'Sky blue' }], detail: { part: 'door' }, default: 'red', seconds_left: 60,
      }],
    });
    expect(await call(tools.list_tasks, {}))
      .toMatchObject({ tasks: [{ questions: ['q1'], waiting_for: { reason: 'an answer: Which colour?' } }] });
  });

  it('should end the waiting for the task and for what is above it, and for nothing else', async () => {
    const { tools, session, start, advance } = setUp();
    const { task, context } = nest(session);
    const other = start(createPuppet().agent);
    const answers: Record<string, unknown> = {};
    const wait = (name: string, answer: Promise<object>): void => { void answer.then((value) => { answers[name] = value; }); };
    wait('collect', call(tools.collect_task, { task_id: task.id, timeout: 100 }));
    wait('all', call(tools.wait_for_tasks, { timeout: 100 }));
    wait('named', call(tools.wait_for_tasks, { task_ids: [other.id], timeout: 100 }));
    wait('other', call(tools.collect_task, { task_id: other.id, timeout: 100 }));
    advance(1_000);
    await turns();
    expect(answers).toEqual({});
    const below = context.delegate(asking(COLOUR), { goal: 'ask' });
    await turns();
    const questions = [{ task_id: below.id, question_id: 'q1', question: 'Which colour?' }];
    expect(answers).toEqual({
      collect: expect.objectContaining({
        ok: true, status: 'running', timed_out: false, questions: [expect.objectContaining(questions[0]!)],
        message: expect.stringMatching(/^It waits for your answer: answer_task\./),
      }),
      all: expect.objectContaining({ ok: true, ended: [], timed_out: false, questions: [expect.objectContaining(questions[0]!)] }),
    });
    // Who asks again is answered at once, and not at the end of the time.
    expect(await call(tools.collect_task, { task_id: task.id, timeout: 100 })).toMatchObject({ timed_out: false, questions });
    advance(100_000);
    await turns();
    expect(answers).toMatchObject({ named: { timed_out: true }, other: { timed_out: true } });
  });

  it('should not end a waiting that its model cannot help', async () => {
    const { tools, task_id, advance } = started({ text: 'May I?', kind: 'permission' });
    const answer = call(tools.collect_task, { task_id, timeout: 10 });
    await turns();
    advance(10_000);
    const message = expect.stringContaining('only a person may answer: tell the user');
    const asked = { timed_out: true, questions: [{ for: 'person' }], message };
    expect(await answer).toMatchObject(asked);
    const waiting = call(tools.wait_for_tasks, { timeout: 10 });
    await turns();
    advance(10_000);
    expect(await waiting).toMatchObject(asked);
  });

  it('should be given by no message either, where only a person may give it', async () => {
    const { tools, task_id, session } = started({ text: 'May I?' }, { mayAnswer: ['choice'] });
    expect(await call(tools.steer_task, { task_id, message: 'yes' })).toMatchObject({
      ok: false, code: 'not_allowed', error: 'The agent waits for an answer to q1, which only a person may give. Steer it when it goes on.',
    });
    expect(session.get(task_id)!.snapshot().steering).toEqual({ queued: 0, delivered: 0, missed: 0 });
  });

  it('should be told with what its options and schema allow, cut where they are large', async () => {
    const options = Array.from({ length: 100 }, (_, n) => ({ id: `option-${n}`, label: 'x'.repeat(400) }));
    const large: Question = { text: 'z', detail: { text: 'w'.repeat(60_000) } };
    const { tools, task_id, session } = started([{ text: 'y'.repeat(4_000), options }, large]);
    const answer = await call(tools.check_task, { task_id });
    const questions = answer['questions'] as readonly Record<string, unknown>[];
    expect(questions[0]!['options']).toEqual(options.map(({ id }) => id));
    expect(questions.map(({ truncated }) => truncated)).toEqual([true, true]);
    expect(JSON.stringify(questions).length).toBeLessThan(32_000);
    expect(askingBelow(session).map(({ isHeard }) => isHeard)).toEqual([true, true]);
  });
});
