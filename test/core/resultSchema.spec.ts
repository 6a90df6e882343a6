import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { catchError, lastValueFrom, NEVER, of, retry, toArray } from 'rxjs';
import { z } from 'zod';
import {
  collect, createSession, fromAsync, InvalidResultError, line, outcome, result, run, text, type Agent, type AgentFunction, type Brief,
  type DelegateOptions, type StandardSchema, type Task,
} from '../../src/index.js';
import { memoryStore, openSession } from '../../src/stores/index.js';
import { retrying } from '../../src/compose/index.js';
import { turns } from '../support/turns.js';

const brief = { goal: 'count' };
const page = z.object({ title: z.string(), rows: z.array(z.object({ n: z.number() })).default([]) });
const JSON_TEXT = '{"title":"a","rows":[{"n":1}]}';
const read = { title: 'a', rows: [{ n: 1 }] };

/** A schema of no library. */
const byHand = (validate: (value: unknown) => unknown): StandardSchema =>
  ({ '~standard': { version: 1, vendor: 'hand', validate: validate as StandardSchema['~standard']['validate'] } });

const endOf = async (agent: AgentFunction, resultSchema: StandardSchema = page, options: DelegateOptions = {}) => {
  const task = createSession().delegate(agent, brief, { ...options, resultSchema });
  await turns();
  return task.outcome;
};

describe('a result with a schema', () => {
  it.each<[string, AgentFunction]>([
    ['data, at once', () => read],
    ['data, by a promise', async () => read],
    ['data, put out', () => [line('at work'), result(read)]],
    ['data, returned by a generator', async function* () { yield 'at work'; return read; }],
    ['JSON', async () => JSON_TEXT],
    ['JSON that was printed last', () => ['at work', JSON_TEXT]],
    ['JSON that was streamed', () => [text('{"title":"a",'), text('"rows":[{"n":1}]}')]],
    ['JSON with blanks about it', () => result(`\n  ${JSON_TEXT} \n`)],
    ['JSON in a fence', () => result(`\`\`\`json\n${JSON_TEXT}\n\`\`\``)],
    ['JSON in a fence without a name', () => result(`\`\`\`\n${JSON_TEXT}\n\`\`\`\n`)],
    ['JSON in the one fence of a text', () => result(`Here it is:\n\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\nThat is all.`)],
  ])('should be what the schema makes of it: %s', async (_, agent) => {
    expect(await endOf(agent)).toMatchObject({ type: 'completed', result: read });
  });

  it('should be what the schema puts out, and not what was put in', async () => {
    expect(await endOf(() => ({ title: 'a', more: 5 }))).toMatchObject({ type: 'completed', result: { title: 'a', rows: [] } });
    const date = z.string().transform((words) => new Date(words));
    expect(await endOf(() => result('2026-12-01'), date)).toMatchObject({ result: new Date('2026-12-01') });
  });

  it('should stay a text where the schema takes a text', async () => {
    expect(await endOf(() => result('{"a":1}'), z.string())).toMatchObject({ result: '{"a":1}' });
    expect(await endOf(() => result('5'), z.number())).toMatchObject({ result: 5 });
    expect(await endOf(() => result('"5"'), z.enum(['5']))).toMatchObject({ result: '5' });
  });

  it.each<[string, AgentFunction, string, unknown]>([
    ['a field of another type', () => ({ title: 'a', rows: [{ n: 1 }, { n: 'two' }] }),
      '`result.rows.1.n` is not as it should be: Invalid input: expected number, received string.',
      { title: 'a', rows: [{ n: 1 }, { n: 'two' }] }],
    ['a field that is not there', () => result('{"rows":[]}'),
      '`result.title` is not as it should be: Invalid input: expected string, received undefined.', '{"rows":[]}'],
    ['another thing altogether', () => 42, '`result` is not as it should be: Invalid input: expected object, received number.', 42],
    ['words', () => ['I found nothing.'],
      '`result` is not as it should be: Invalid input: expected object, received string. It is a text, and no JSON.', 'I found nothing.'],
    ['two fences', () => result('```json\n{}\n```\n```json\n{}\n```'),
      '`result` is not as it should be: Invalid input: expected object, received string. It is a text, and no JSON.',
      '```json\n{}\n```\n```json\n{}\n```'],
  ])('should fail as invalid_result with the path, and be kept as partial: %s', async (_, agent, message, partial) => {
    expect(await endOf(agent)).toMatchObject({
      type: 'failed', error: { code: 'invalid_result', name: 'InvalidResultError', message }, partial,
    });
  });

  it('should be an error of its own where it is collected', async () => {
    const task = createSession().delegate(() => 42, brief, { resultSchema: page });
    const error = await collect(task).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidResultError);
    expect(error).toMatchObject({ code: 'invalid_result', name: 'InvalidResultError' });
  });

  it('should say no more of it than redact leaves', async () => {
    const session = createSession({ redact: (words) => words.replaceAll('geheim', '…') });
    const task = session.delegate(() => ({ key: 'geheim' }), brief, {
      resultSchema: byHand(() => ({ issues: [{ message: 'geheim is no key', path: ['key'] }] })),
    });
    await turns();
    expect(task.outcome).toMatchObject({ error: { message: '`result.key` is not as it should be: … is no key.' }, partial: { key: '…' } });
  });

  it.each<[string, StandardSchema, RegExp]>([
    ['answers later', z.object({}).refine(async () => true), /^The schema of result answers with a promise/],
    ['rejects later', byHand(async () => Promise.reject(new Error('late'))), /answers with a promise/],
    ['throws', byHand(() => { throw new Error('boom'); }), /boom/],
    ['answers nothing', byHand(() => undefined), /schema of result/],
  ])('should fail with a sentence where the schema %s', async (_, schema, message) => {
    expect(await endOf(() => ({}), schema)).toMatchObject({ error: { code: 'invalid_result', message: expect.stringMatching(message) } });
  });

  it('should not be asked for where there is none, or where the child failed', async () => {
    expect(await endOf(() => [])).toMatchObject({ error: { code: 'no_result' } });
    expect(await endOf(() => { throw new Error('no'); })).toMatchObject({ error: { code: 'agent_error' } });
    const task = createSession().delegate(() => NEVER, brief, { resultSchema: page });
    task.cancel();
    expect(task.outcome).toMatchObject({ type: 'cancelled' });
  });

  it('should end the task once, also where the schema ends it meanwhile', async () => {
    const session = createSession();
    const task: Task = session.delegate(async () => 1, brief, {
      resultSchema: byHand((value) => {
        task.cancel('meanwhile');
        return { value };
      }),
    });
    await turns();
    expect(task.outcome).toMatchObject({ type: 'cancelled', reason: 'meanwhile' });
  });

  it('should cost no more than its size, whatever it is', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: fc.constantFrom('`', '{', '"', '\n', 'json', ' ') }), async (words) => {
      const ended = await endOf(() => result(words.repeat(500)), z.object({}));
      expect(['completed', 'failed']).toContain(ended?.type);
    }), { numRuns: 50 });
  });
});

describe('an agent that says what its result has to be', () => {
  const typed = Object.assign((({ goal }) => [line('at work'), result(`{"title":"${goal}"}`)]) satisfies Agent, { resultSchema: page });
  const wrong = Object.assign(() => [result('nothing')], { resultSchema: page });
  const made = { title: 'count', rows: [] };

  it('should be held to it by delegate', async () => {
    const session = createSession();
    expect(session.delegate(typed, brief).resultSchema).toBe(page);
    expect(await collect(session.delegate(typed, brief))).toEqual(made);
    const [one, same] = [1, 2].map(() => session.delegate(typed, brief, { key: 'one' }));
    expect(await collect(one!)).toBe(await collect(same!));
    expect(await collect(session.delegate(typed, brief, { resultSchema: z.string() }))).toBe('{"title":"count"}');
  });

  it('should be refused where it is no schema', () => {
    const { delegate } = createSession();
    const agent = Object.assign(() => ['a'], { resultSchema: { type: 'object' } as never });
    expect(() => delegate(agent, brief)).toThrow('Expected `the agent\'s own `resultSchema`` to be the object of a schema library');
    expect(() => delegate(typed, brief, { resultSchema: {} as never })).toThrow('Expected `resultSchema` to be the object of a schema');
  });

  it('should put out, in a run, what the schema makes of it, or error', async () => {
    const outputs = await lastValueFrom(run(typed, brief).pipe(toArray()));
    expect(outputs).toEqual([line('at work'), result('{"title":"count"}'), result(made)]);
    expect(await lastValueFrom(run(typed, brief).pipe(result()))).toEqual(made);
    await expect(lastValueFrom(run(wrong, brief))).rejects.toMatchObject({ code: 'invalid_result' });
    expect(await lastValueFrom(run(wrong, brief).pipe(outcome()))).toMatchObject({ type: 'failed', error: { code: 'invalid_result' } });
  });

  it('should be held to it inside another agent, where nothing of what was wrong is a result', async () => {
    let tries = 0;
    const second = Object.assign(() => ++tries === 1 ? [result('nothing')] : ['{"title":"second"}'], { resultSchema: page });
    const outer: AgentFunction = (asked, _, context) => context.run(second, asked).pipe(retry(1));
    expect(await collect(createSession().delegate(outer, brief))).toEqual({ title: 'second', rows: [] });
    const saved: AgentFunction = (asked, _, context) => context.run(wrong, asked).pipe(catchError(() => of(line('made up'))));
    expect(await collect(createSession().delegate(saved, brief))).toBe('made up');
    tries = 0;
    expect(await collect(createSession().delegate(retrying(second, { count: 1 }), brief))).toEqual({ title: 'second', rows: [] });
  });

  it('should be held to it when its session is opened again, by its definition or by itself', async () => {
    const store = memoryStore();
    let goesOn = false;
    const agent = fromAsync(({ goal }: Brief) => goesOn ? `{"title":"${goal}"}` : new Promise<string>(() => undefined));
    const agents = {
      own: { agent: Object.assign(agent, { resultSchema: page }), onRestart: 'restart' as const },
    };
    const first = await openSession({ store, agents });
    const { id } = first.delegate(agents.own.agent, brief, { name: 'own' });
    await first.close();
    goesOn = true;
    const second = await openSession({ store, agents: { own: { ...agents.own, resultSchema: z.object({ title: z.literal('b') }) } } });
    const message = expect.stringContaining('`result.title`');
    await expect(collect(second.get(id)!)).rejects.toMatchObject({ code: 'invalid_result', message });
    await second.close();
    const third = await openSession({ store, agents });
    expect(third.get(id)!.outcome).toMatchObject({ error: { code: 'invalid_result' }, partial: '{"title":"count"}' });
    expect(third.get(id)!.resultSchema).toBe(page);
    await third.close();
    await expect(openSession({ store: memoryStore(), agents: { own: { agent, resultSchema: 5 as never } } }))
      .rejects.toThrow('Expected `agents.own.resultSchema` to be');
  });
});
