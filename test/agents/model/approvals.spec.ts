import { beforeEach, describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { filter, firstValueFrom, lastValueFrom, map } from 'rxjs';
import { z } from 'zod';
import { collect, run, type OpenQuestion, type Session } from '../../../src/index.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { ModelRequest } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { createModelServer } from '../../support/modelServer/createModelServer.js';
import { memoryStore } from '../../../src/stores/index.js';
import { model } from '../../../src/agents/model/index.js';
import { openSession } from '../../../src/core/openSession.js';
import { until } from '../../support/until.js';
import { loopback } from './support/loopback.js';
import { holdTime } from '../../support/holdTime.js';
import { setUp } from './support/setUp.js';

let removed: string[];
beforeEach(() => { removed = []; });

const PATH = z.object({ path: z.string() });
const remove = tool({
  description: 'Removes.', inputSchema: PATH, needsApproval: true,
  execute: ({ path }) => { removed.push(path); return `removed ${path}`; },
});
const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
const toolsets = { hands: { remove, look } };
const removal = (path: string) => ({ name: 'remove', input: { path } });
/** What is open, when there are so many. */
const open = (session: Session, many = 1): Promise<readonly OpenQuestion[]> =>
  firstValueFrom(session.questions.pipe(filter((all) => all.length === many)));
const answers = ({ messages }: ModelRequest): readonly string[] => messages.filter(({ role }) => role === 'tool').map(wordsOf);

describe('a tool of a model that needs an approval', () => {
  it('should be called when it is allowed, and not before', async () => {
    await using stage = await setUp(inTurn({ call: [removal('src')] }, { say: 'done' }));
    const task = stage.start({ toolsets });
    const [question] = await open(stage.session);

    expect(JSON.parse(JSON.stringify(question))).toMatchObject({
      taskId: task.id, kind: 'permission', text: 'May `remove` be called with {"path":"src"}?',
      detail: { tool: 'remove', input: { path: 'src' } },
      options: [{ kind: 'allow_once' }, { kind: 'allow_always' }, { kind: 'reject_once' }],
    });
    expect(removed).toEqual([]);
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: expect.stringContaining('May `remove`') } });
    expect(question!.answer(true)).toMatchObject({ answered: true, answer: 'allow_once' });
    expect(await collect(task)).toBe('done');
    expect(removed).toEqual(['src']);
    expect(answers(stage.server.visits[1]!)).toEqual(['removed src']);
  });

  it.each<[string, (question: OpenQuestion) => unknown]>([
    ['refused', (question) => question.answer('reject_once')],
    ['refused by a no', (question) => question.answer(false)],
    ['declined', (question) => question.decline('not now')],
  ])('should not be called where it is %s, and the model is told so', async (_, refuse) => {
    await using stage = await setUp(inTurn({ call: [removal('src')] }, { say: 'left it' }));
    const task = stage.start({ toolsets });
    refuse((await open(stage.session))[0]!);

    expect(await collect(task)).toBe('left it');
    expect(removed).toEqual([]);
    expect(answers(stage.server.visits[1]!)).toEqual([
      expect.stringMatching(/^(Error: )?The call of `remove` was refused, and has not been made\. Do not try/),
    ]);
  });

  it('should ask for each call of a step by itself, in any order, while the others go on', async () => {
    await using stage = await setUp(inTurn({ call: [removal('a'), { name: 'look' }, removal('b'), removal('c')] }, { say: 'done' }));
    const task = stage.start({ toolsets });
    const [a, b, c] = await open(stage.session, 3);
    c!.answer(true);
    a!.answer(false);
    await open(stage.session, 1);
    b!.answer(true);

    expect(await collect(task)).toBe('done');
    expect(removed).toEqual(['c', 'b']);
    expect(answers(stage.server.visits[1]!)).toEqual([expect.stringContaining('refused'), 'seen', 'removed b', 'removed c']);
  });

  it('should not be asked again where it is always allowed, in this run', async () => {
    await using stage = await setUp(inTurn({ call: [removal('a')] }, { call: [removal('b')] }, { say: 'done' }, { call: [removal('c')] }));
    const task = stage.start({ toolsets });
    (await open(stage.session))[0]!.answer('allow_always');
    expect(await collect(task)).toBe('done');
    expect(removed).toEqual(['a', 'b']);
    stage.start({ toolsets });
    expect(await open(stage.session)).toMatchObject([{ detail: { input: { path: 'c' } } }]);
  });

  it('should be asked for by what the call is, where that is a function', async () => {
    const seen: unknown[] = [];
    const careful = tool({
      description: 'Removes.', inputSchema: PATH,
      needsApproval: async ({ path }, { toolCallId, messages }) => {
        seen.push([typeof toolCallId, messages.length]);
        await Promise.resolve();
        return path !== 'tmp';
      },
      execute: ({ path }) => { removed.push(path); return `removed ${path}`; },
    });
    await using stage = await setUp(inTurn({ call: [removal('tmp')] }, { call: [removal('src')] }, { say: 'done' }));
    const task = stage.start({ toolsets: { hands: { remove: careful } } });
    const [question] = await open(stage.session);
    expect(removed).toEqual(['tmp']);
    question!.answer(true);
    expect(await collect(task)).toBe('done');
    expect(removed).toEqual(['tmp', 'src']);
    expect(seen).toEqual([['string', 1], ['string', 3]]);
  });

  it('should answer by its last part where it answers in parts', async () => {
    const slow = tool({
      description: 'Removes.', inputSchema: PATH, needsApproval: true,
      async *execute({ path }) {
        yield 'on it';
        removed.push(path);
        yield `removed ${path}`;
      },
    });
    await using stage = await setUp(inTurn({ call: [removal('src')] }, { say: 'done' }));
    const task = stage.start({ toolsets: { hands: { remove: slow } } });
    (await open(stage.session))[0]!.answer(true);
    expect(await collect(task)).toBe('done');
    expect(answers(stage.server.visits[1]!)).toEqual(['removed src']);
  });

  it('should let the clocks of the task stand still while it waits', async () => {
    using time = holdTime();
    await using stage = await setUp(inTurn({ call: [removal('src')] }, { say: 'done' }));
    const task = stage.session.delegate(stage.agent({ toolsets }), { goal: 'x' }, { deadline: 60_000, idleTimeout: 30_000 });
    const [question] = await open(stage.session);
    time.advance(3 * 24 * 3_600_000);
    question!.answer(true);
    expect(await collect(task)).toBe('done');
  });

  it('should be withdrawn where the task is cancelled, and leave nothing behind', async () => {
    await using stage = await setUp(inTurn({ call: [removal('src')] }));
    const task = stage.start({ toolsets });
    const [question] = await open(stage.session);
    task.cancel();
    expect(question!.answer(true)).toMatchObject({ answered: false });
    expect(stage.session.list()[0]).toMatchObject({ status: 'cancelled' });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(removed).toEqual([]);
  });

  it('should be refused where there is nobody who could answer', async () => {
    await using stage = await setUp(inTurn({ call: [removal('src')] }, { say: 'left it' }));
    const results = run(stage.agent({ toolsets }), { goal: 'x' }).pipe(
      filter((output) => output.type === 'result'), map((output) => output.value),
    );
    expect(await lastValueFrom(results)).toBe('left it');
    expect(removed).toEqual([]);
  });

  it('should ask of an input that is too large by its beginning', async () => {
    await using stage = await setUp(inTurn({ call: [removal('x'.repeat(200_000))] }, { say: 'done' }));
    const task = stage.start({ toolsets });
    const [{ text, detail, answer }] = await open(stage.session) as readonly [OpenQuestion];
    expect(text.length).toBeLessThan(600);
    expect(JSON.stringify(detail).length).toBeLessThan(65_536);
    answer(true);
    expect(await collect(task)).toBe('done');
    expect(removed[0]).toHaveLength(200_000);
  });

  it('should be asked anew where its process ended while it waited, and made once', async () => {
    await using server = await createModelServer({
      script: ({ messages }) => messages.some(({ role }) => role === 'tool') ? { say: 'done' } : { call: [removal('src')] },
    });
    const worker = model({ model: loopback(server), maxRetries: 0, onRestart: 'resume', toolsets });
    const store = memoryStore();
    const first = await openSession({ store, agents: { worker } });
    const { id } = first.delegate(worker, { goal: 'clean up' }, { name: 'worker' });
    await open(first);
    await first.close();
    await using second = await openSession({ store, agents: { worker } });
    // The question of the first process is taken up by the one that is asked again.
    await server.until(() => server.visits.length === 2);
    await until(() => second.get(id)!.snapshot().waitingFor !== undefined);
    (await open(second))[0]!.answer(true);
    expect(await collect(second.get(id)!)).toBe('done');
    expect(removed).toEqual(['src']);
  });
});
