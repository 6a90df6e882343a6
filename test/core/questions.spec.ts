import { describe, expect, it } from '@jest/globals';
import { catchError, concat, defer, firstValueFrom, from, mergeMap, NEVER, of, Subject, takeUntil } from 'rxjs';
import * as z from 'zod';
import {
  collect, createSession, fromAsync, run, type Agent, type AgentContext, type DelegateOptions, type Delegator, type OpenQuestion,
  type Question, type Task, type TaskEvent,
} from '../../src/index.js';
import { rejection } from '../support/caught.js';
import { letters, marbles } from '../support/laws/marbles.js';
import { createVirtualTime } from '../support/virtualTime.js';
import { watch } from '../support/watch.js';

const brief = { goal: 'ask' };
const DAY = 86_400_000;

/** A child that asks these at once, in their order, and ends with the answers. */
const asker = (...questions: readonly Question[]): Agent => (_brief, _steering, { ask }) =>
  from(questions).pipe(mergeMap((question) => ask(question)), mergeMap((answer) => [JSON.stringify(answer)]));

const asking = ({ delegate }: Pick<Delegator, 'delegate'>, question: Question, options?: DelegateOptions): Task =>
  delegate(asker(question), brief, options);

const typesOf = (task: Task): readonly string[] => watch(task.events as never).map((event) => (event as TaskEvent).type);

describe('ask', () => {
  it('should wait for its answer however long that takes, and stand beside the deadline', () => {
    marbles(({ session, at, expectObservable }) => {
      const answers = '  ---------a';
      const expected = ' (sKW)----(ARhC|)';
      const task = session.delegate((_brief, _steering, { ask }) => ask({ text: 'What?' }), brief, { deadline: 5, idleTimeout: 5 });
      at(answers, () => { task.answer('q1', 'h'); });
      expectObservable(letters(task.events)).toBe(expected);
    });
  });

  it('should ask when it is subscribed to, and withdraw its question when it is unsubscribed from', () => {
    marbles(({ session, cold, at, expectObservable }) => {
      const stops = '    --------x    ';
      const late = '     ---------a   ';
      const expected = ' s--(KW)-(AR)';
      const subject = new Subject<void>();
      const task = session.delegate((_brief, _steering, { ask }) => concat(
        cold('---|'), ask({ text: 'What?' }).pipe(takeUntil(subject)), NEVER,
      ), brief);
      at(stops, () => { subject.next(); });
      at(late, () => {
        expect(task.answer('q1', 'x').error).toMatchObject({ code: 'already_answered' });
        expect(task.answer('q1', 'x').error?.message).toBe(`Question q1 of task ${task.id} is not asked any more.`);
      });
      expectObservable(letters(task.events)).toBe(expected);
    });
  });

  it('should have several open at once, and say which', () => {
    const session = createSession();
    const task = session.delegate(asker({ text: 'One?' }, { text: 'Two?' }), brief);
    expect(task.questions.map(({ id, text }) => [id, text])).toEqual([['q1', 'One?'], ['q2', 'Two?']]);
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: 'an answer: Two?' } });
    expect(task.snapshot().questions).toHaveLength(2);
    task.answer('q2', 'b');
    expect(task.snapshot().waitingFor).toEqual({ reason: 'an answer: One?' });
    task.answer('q1', 'a');
    expect(task.outcome).toMatchObject({ type: 'completed', result: '"a"' });
    expect(task.snapshot().questions).toBeUndefined();
  });

  it('should be answered once, whoever comes first', () => {
    const task = asking(createSession(), { text: 'What?' });
    expect(task.answer('q1', 'first')).toEqual({ questionId: 'q1', answered: true, answer: 'first' });
    const late = task.answer('q1', 'second');
    expect(late).toMatchObject({ answered: false, error: { code: 'already_answered' } });
    expect(late.error?.message).toBe(`Question q1 of task ${task.id} was answered already.`);
    expect(task.decline('q1').answered).toBe(false);
    expect(task.outcome).toMatchObject({ result: '"first"' });
    expect(Object.isFrozen(late)).toBe(true);
    // As it goes over a wire.
    expect(JSON.parse(JSON.stringify(late))).toEqual({ questionId: 'q1', answered: false, error: {
      name: 'AlreadyAnsweredError', code: 'already_answered', message: late.error!.message,
    } });
  });

  it('should refuse an answer to what was never asked, and to what has ended', () => {
    const session = createSession();
    const silent = session.delegate(() => NEVER, brief);
    expect(silent.answer('q1', 'x').error?.message).toBe(`Question not found: q1. Task ${silent.id} asks nothing now.`);
    const task = asking(session, { text: 'What?' });
    expect(task.answer('q9', 'x').error).toMatchObject({ code: 'question_not_found', message: 'Question not found: q9. Open: q1.' });
    expect(task.answer(undefined as never, 'x')).toMatchObject({ questionId: '', answered: false });
    task.cancel();
    expect(task.answer('q1', 'x').error).toMatchObject({ code: 'not_running' });
    expect(silent.questions).toEqual([]);
  });

  it('should end with its task, of which nothing more is said', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler });
    const task = asking(session, { text: 'What?', timeout: 100 });
    const [question] = task.questions;
    task.cancel('enough');
    advance(1_000);
    expect(typesOf(task)).toEqual(['started', 'question', 'waiting', 'cancelled']);
    expect(question!.answer('x').error).toMatchObject({ code: 'not_running' });
  });

  it('should reject an async agent that is stopped while it waits', async () => {
    let seen: unknown;
    const task = createSession().delegate(fromAsync(async (_brief, { ask }) => {
      try {
        return await firstValueFrom(ask({ text: 'What?' }));
      } catch (thrown) {
        seen = thrown;
        throw thrown;
      }
    }), brief);
    task.cancel('enough');
    await firstValueFrom(task.stopped);
    expect(seen).toMatchObject({ code: 'cancelled' });
  });

  it('should be withdrawn with a run inside the task', () => {
    const session = createSession();
    const stop = new Subject<void>();
    const task = session.delegate((_brief, _steering, context) => concat(
      context.run(asker({ text: 'What?' }), brief).pipe(takeUntil(stop)), NEVER,
    ), brief);
    expect(task.questions).toHaveLength(1);
    stop.next();
    expect(task.questions).toEqual([]);
    expect(typesOf(task)).toEqual(['started', 'question', 'waiting', 'answered', 'resumed']);
  });

  it('should wait for days without a timer', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler, idleTimeout: 60_000, deadline: 120_000 });
    const task = asking(session, { text: 'What?' });
    const timers = (): number => scheduler.actions.filter(({ closed }) => !closed).length;
    expect(timers()).toBe(0);
    advance(3 * DAY);
    expect(task.status).toBe('running');
    task.answer('q1', 'late');
    expect(task.outcome).toMatchObject({ type: 'completed', result: '"late"' });
  });
});

describe('the answers', () => {
  const answered = (question: Question, value: unknown): unknown => {
    const task = asking(createSession(), question);
    const { error } = task.answer('q1', value);
    return error?.message ?? JSON.parse((task.outcome as { result: string }).result);
  };

  it('should be texts', () => {
    expect(answered({ text: '?' }, 'so')).toBe('so');
    expect(answered({ text: '?' }, '')).toBe('');
    expect(answered({ text: '?' }, 7)).toBe('Expected the answer to be a text, got 7.');
    expect(answered({ text: '?' }, 'x'.repeat(20_000))).toMatch(/a text of at most 16384 characters/);
  });

  it('should be options, by their ids or their labels', () => {
    const question: Question = { text: '?', options: ['red', { id: 'b', label: 'Blue' }] };
    expect(answered(question, 'red')).toBe('red');
    expect(answered(question, ' BLUE ')).toBe('b');
    expect(answered(question, 'green')).toBe('Expected the answer to be one of red, b, got "green".');
    expect(answered(question, true)).toBe('Expected the answer to be one of red, b, got true.');
    expect(answered({ text: '?', options: [{ id: '1', label: 'Same' }, { id: '2', label: 'same' }] }, 'same')).toMatch(/^Expected/);
  });

  it('should be yes or no', () => {
    expect(answered({ text: '?', kind: 'confirm' }, true)).toBe(true);
    expect(answered({ text: '?', kind: 'confirm' }, 'No')).toBe(false);
    expect(answered({ text: '?', kind: 'confirm' }, 'toString')).toBe('Expected the answer to be true or false, got "toString".');
    expect(answered({ text: '?', kind: 'confirm' }, 1)).toBe('Expected the answer to be true or false, got 1.');
  });

  it('should give leave for no more than was said', () => {
    const leave: Question = { text: 'May I?', kind: 'permission' };
    expect(answered(leave, true)).toBe('allow_once');
    expect(answered(leave, 'Refuse')).toBe('reject_once');
    // As a page sends them.
    expect(answered(leave, 'true')).toBe('allow_once');
    expect(answered(leave, 'No')).toBe('reject_once');
    expect(answered(leave, 'allow_always')).toBe('allow_once');
    // What an option is called by whoever asks gives no more than its kind.
    const forged: Question = { ...leave, options: [{ id: 'reject_once', kind: 'allow_always' }, { id: 'no', kind: 'reject_once' }] };
    expect(answered(forged, 'reject_once')).toBe('no');
    expect(answered(forged, false)).toBe('no');
    const always: Question = { ...leave, options: [{ id: 'a', kind: 'allow_always' }, { id: 'r', kind: 'reject_always' }] };
    expect(answered(always, true)).toBe('Expected the answer to be one of a, r, got true.');
    expect(answered(always, false)).toBe('r');
    expect(answered(always, 'a')).toBe('a');
  });

  it('should be objects as a JSON schema says', () => {
    const schema = {
      type: 'object', required: ['name'],
      properties: { name: { type: 'string' }, age: { type: 'integer' }, tags: { type: 'array', items: { enum: ['x', 'y'] } } },
    };
    expect(answered({ text: '?', schema }, { name: 'Ann', age: 3 })).toEqual({ name: 'Ann', age: 3 });
    expect(answered({ text: '?', schema }, '{"name":"Ann"}')).toEqual({ name: 'Ann' });
    expect(answered({ text: '?', schema }, {})).toBe('Expected `answer.name`, got nothing.');
    expect(answered({ text: '?', schema }, { name: 'Ann', age: 1.5 })).toBe('Expected `answer.age` to be integer, got 1.5.');
    expect(answered({ text: '?', schema }, { name: 'Ann', tags: ['x', 'z'] }))
      .toBe('Expected `answer.tags[1]` to be one of "x", "y", got "z".');
    expect(answered({ text: '?', schema }, 'Ann')).toBe('Expected the answer to be an object as the schema says, got "Ann".');
    expect(answered({ text: '?', schema }, { name: 'Ann', when: new Date() })).toMatch(/plain data/);
  });

  it('should be what a schema library makes of them', () => {
    const schema = z.object({ at: z.string().transform((text) => text.length) });
    expect(answered({ text: '?', schema }, { at: 'noon' })).toEqual({ at: 4 });
    expect(answered({ text: '?', schema }, { at: 4 })).toMatch(/^`answer\.at` is not as it should be: /);
    const [question] = asking(createSession(), { text: '?', schema: z.object({ n: z.int().default(1) }) }).questions;
    expect(question!.schema).toMatchObject({ type: 'object', properties: { n: { type: 'integer' } } });
  });
});

describe('an answer that is a trap', () => {
  const schema = { type: 'object', properties: { toString: { type: 'string' }, of: { type: '__proto__' }, one: { enum: [{ a: 1 }] } } };

  it('should be read by the fields that it has itself, and never throw', () => {
    const task = asking(createSession(), { text: '?', schema: { ...schema, required: ['constructor'] } });
    expect(task.answer('q1', {}).error?.message).toBe('Expected `answer.constructor`, got nothing.');
    let n = 0;
    const shifty = { get constructor() { n += 1; return n < 3 ? 'x' : 10n; } };
    expect(task.answer('q1', shifty)).toMatchObject({ answered: true, answer: { constructor: 'x' } });
    expect(JSON.stringify(watch(task.events as never))).toContain('"constructor":"x"');
  });

  it('should cost no more than it may be long, however often it holds the same', () => {
    let shared: Record<string, unknown> = {};
    for (let n = 0; n < 60; n++) shared = { a: shared, b: shared };
    const task = asking(createSession(), { text: '?', schema });
    expect(task.answer('q1', shared).error?.message).toBe('The answer is to be plain data, and it has more than 16384 characters.');
    const deep: Record<string, unknown> = {};
    deep['self'] = deep;
    expect(task.answer('q1', deep).error?.message).toMatch(/too deep, or holds itself/);
  });

  it('should be told to be late where its schema has settled the question meanwhile', () => {
    const session = createSession();
    let inner = true;
    const own = z.object({}).refine(() => {
      if (inner) {
        inner = false;
        task.answer('q1', {});
      }
      return true;
    });
    const task: Task = asking(session, { text: '?', schema: own });
    expect(task.answer('q1', {})).toMatchObject({ answered: false, error: { code: 'already_answered' } });
  });

  it('should be refused beyond 100 questions of one task', () => {
    const task = createSession().delegate(asker(...Array.from({ length: 101 }, (_, n) => ({ text: `${n}?` }))), brief);
    expect(task.outcome).toMatchObject({ type: 'failed', error: {
      message: expect.stringMatching(/^100 questions of task .* are open\. Wait for some answers\.$/),
    } });
  });
});

describe('who does not answer', () => {
  it('should decline: a refusal, a no, and else an error', () => {
    const session = createSession();
    const leave = asking(session, { text: 'May I?', kind: 'permission' });
    expect(leave.decline('q1')).toMatchObject({ answered: true, answer: 'reject_once' });
    expect(leave.outcome).toMatchObject({ result: '"reject_once"' });
    const sure = asking(session, { text: 'Sure?', kind: 'confirm' });
    sure.questions[0]!.decline();
    expect(sure.outcome).toMatchObject({ result: 'false' });
    const text = asking(session, { text: 'Who?' });
    text.questions[0]!.decline('not now');
    expect(text.outcome).toMatchObject({
      type: 'failed', error: { code: 'unanswered', message: 'The question "Who?" was declined: not now.' },
    });
  });

  it('should be declined without an end where its agent can go on', () => {
    const task = createSession().delegate((_brief, _steering, { ask }) =>
      ask({ text: 'Who?' }).pipe(catchError(() => of('nobody'))), brief);
    task.decline('q1');
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'nobody' });
  });

  it('should give the default when the time is out, and fail without one', () => {
    marbles(({ session, expectObservable }) => {
      const agent = (fallback?: string): Agent => (_brief, _steering, { ask }) =>
        ask({ text: 'Who?', timeout: 5, ...fallback !== undefined && { default: fallback } });
      expectObservable(letters(session.delegate(agent('d'), brief).events)).toBe('(sKW)(ARdC|)');
    });
  });

  it('should tell when that is', () => {
    const { scheduler, advance } = createVirtualTime();
    const session = createSession({ scheduler });
    const task = asking(session, { text: 'Who?', timeout: 100 });
    expect(task.snapshot().waitingFor).toMatchObject({ until: 100 });
    expect(task.questions[0]).toMatchObject({ askedAt: 0, until: 100 });
    advance(100);
    expect(task.outcome).toMatchObject({
      type: 'failed', error: { code: 'unanswered', message: 'The question "Who?" was not answered in time.' },
    });
    expect(typesOf(task)).toEqual(['started', 'question', 'waiting', 'answered', 'resumed', 'failed']);
  });

  it('should be nobody in a run of its own', async () => {
    expect(await rejection(firstValueFrom(run(asker({ text: 'Who?' }), brief)))).toMatchObject({ code: 'unanswered' });
    const lines = await firstValueFrom(run(asker({ text: 'Who?', default: 'me' }), brief));
    expect(lines).toMatchObject({ text: '"me"' });
  });
});

describe('questions', () => {
  it('should be what is open below a scope, and complete with it', async () => {
    const session = createSession();
    const scope = session.scope({ name: 'one' });
    const seen: string[][] = [];
    const below: string[][] = [];
    const ids = (open: readonly OpenQuestion[]): string[] => open.map(({ id }) => id);
    let isOver = false;
    session.questions.subscribe((open) => { seen.push(ids(open)); });
    scope.questions.subscribe({ next: (open) => { below.push(ids(open)); }, complete: () => { isOver = true; } });
    const outside = asking(session, { text: '1?' });
    const inside = asking(scope, { text: '2?' });
    outside.answer('q1', 'x');
    inside.answer('q2', 'x');
    expect(seen).toEqual([[], ['q1'], ['q1', 'q2'], ['q2'], []]);
    expect(below).toEqual([[], ['q2'], []]);
    await scope.close();
    expect(isOver).toBe(true);
  });

  it('should show those of children to the parent, and end with it', () => {
    const session = createSession();
    let context!: AgentContext;
    const parent = session.delegate((_brief, _steering, given) => {
      context = given;
      return NEVER;
    }, brief);
    const seen: number[] = [];
    let isOver = false;
    context.questions.subscribe({ next: (open) => { seen.push(open.length); }, complete: () => { isOver = true; } });
    const child = asking(context, { text: '?' });
    expect(session.get(child.id)!.questions[0]!.taskId).toBe(child.id);
    parent.cancel();
    expect([seen, isOver]).toEqual([[0, 1], true]);
  });

  it('should be answered by whoever sees it, at once', async () => {
    const session = createSession();
    session.questions.subscribe(([open]) => { open?.answer('at once'); });
    expect(await collect(asking(session, { text: '?' }))).toBe('"at once"');
  });

  it('should be plain data as JSON, and withhold what a session redacts', () => {
    const session = createSession({ redact: (text) => text.replaceAll('secret', '***') });
    const task = asking(session, {
      text: 'Use secret?', kind: 'permission', detail: { key: 'secret' }, options: [{ id: 'secret', label: 'secret', kind: 'allow_once' }],
    });
    expect(JSON.parse(JSON.stringify(task.questions[0]))).toMatchObject({
      text: 'Use ***?', detail: { key: '***' }, options: [{ id: 'secret', label: '***', kind: 'allow_once' }],
    });
    expect(task.answer('q1', 'secret').answered).toBe(true);
  });
});

describe('a question', () => {
  const refused = (question: unknown): unknown => {
    const { outcome } = createSession().delegate((_brief, _steering, { ask }) => defer(() => ask(question as Question<string>)), brief);
    return (outcome as unknown as { error: { message: string } }).error.message;
  };

  it.each([
    [{ text: ' ' }, 'Expected `text` to be a string that is not blank, got " ".'],
    [{}, 'Expected `text` to be a string that is not blank, got undefined.'],
    [{ text: '?', kind: 'choice' }, 'A question of kind choice needs `options`.'],
    [{ text: '?', options: [] }, 'Expected `options` to be a list of 1 to 100 options, got an array.'],
    [{ text: '?', options: ['a', 'a'] }, 'Two of the `options` have one id.'],
    [{ text: '?', kind: 'text', options: ['a'] }, 'A question of kind text takes no `options`.'],
    [{ text: '?', kind: 'form' }, 'A question of kind form needs a `schema`, and no other takes one.'],
    [
      { text: '?', schema: { type: 'string' } },
      'The `schema` of a form is one of an object, not of "string". Make it a field of an object.',
    ],
    [
      { text: '?', schema: z.array(z.string()) },
      'The `schema` of a form is one of an object, not of "array". Make it a field of an object.',
    ],
    [{ text: '?', options: ['a'], default: 'b' }, 'The `default` is no answer. Expected the answer to be one of a, got "b".'],
    [{ text: '?', detail: { f: () => 1 } }, 'A question is plain data, and `detail.f` is a function.'],
    [{ text: '?', detail: { f: 'x'.repeat(70_000) } }, 'A question is plain data, and `detail` is larger than 64 KiB.'],
    [
      { text: '?', kind: 'permission', options: ['yes', 'no'] },
      'Each option of a permission says by its `kind` what it gives or refuses: allow_once, allow_always, reject_once, reject_always.',
    ],
    [
      { text: '?', options: ['x\u001b[2J'] },
      'Expected `id` to be a string of at most 200 characters that can be written, got "x\\u001b[2J".',
    ],
    [
      { text: '?', timeout: -1 },
      'Expected `timeout` to be a number of milliseconds from 1 to 2147483647 (for no limit, leave it out), got -1.',
    ],
    [
      { text: '?', option: ['a'] },
      'Unknown field `option` in a question. Expected: text, kind, options, schema, detail, default, timeout.',
    ],
  ])('should be refused as %p', (question, words) => { expect(refused(question)).toBe(words); });
});
