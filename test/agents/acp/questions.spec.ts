import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, of, toArray } from 'rxjs';
import { collect, createSession, run, type OpenQuestion, type Session, type Task } from '../../../src/index.js';
import { createPermissionDesk, type AcpOptions, type PendingPermission, type PermissionDecision } from '../../../src/agents/acp/index.js';
import { boundedJson } from '../../../src/agents/asking/boundedJson.js';
import { actor, journalOf, type Order, type Script } from '../../support/acp/actor.js';
import { temporary } from '../../support/acp/temporary.js';
import { caught, rejection } from '../../support/caught.js';
import { until } from '../../support/until.js';

const file = temporary();
let count = 0;
let session: Session;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

const ALL = ['allow_once', 'allow_always', 'reject_once', 'reject_always'].map((kind) => ({ optionId: `id-${kind}`, name: kind, kind }));
const toolCall = { toolCallId: '1', title: 'Edit a', kind: 'edit', rawInput: { path: 'a' }, locations: [{ path: '/a' }] };
const PERMIT: Order = { permit: { toolCall, options: ALL } };

const start = (turns: Script['turns'] = [[PERMIT]], options: Partial<AcpOptions> = {}, how = {}): Task<string> =>
  session.delegate(actor({ turns }, { permissions: 'ask', ...options }), { goal: 'act' }, how);

const asked = (): Promise<readonly OpenQuestion[]> => firstValueFrom(session.questions.pipe(filter((open) => open.length > 0)));

describe('permissions that are asked for by questions', () => {
  it('should stand in `questions` with the options of the agent, and go on with the answer', async () => {
    const task = start();
    const [question] = await asked();
    expect(question).toMatchObject({
      taskId: task.id, kind: 'permission', text: 'Allow edit: Edit a?',
      options: ALL.map(({ optionId, name, kind }) => ({ id: optionId, label: name, kind })),
      detail: { kind: 'edit', title: 'Edit a', input: { path: 'a' }, paths: ['/a'] },
    });
    expect(task.snapshot()).toMatchObject({ status: 'running', waitingFor: { reason: 'an answer: Allow edit: Edit a?' } });
    expect(question!.answer('allow_once')).toMatchObject({ answered: true, answer: 'id-allow_once' });
    expect(await collect(task)).toBe('id-allow_once');
    expect(question!.answer('reject_once')).toMatchObject({ answered: false, error: { code: 'already_answered' } });
  });

  it.each<[string, (open: OpenQuestion) => unknown, string]>([
    ['an id', (open) => open.answer('id-allow_always'), 'id-allow_always'], ['yes', (open) => open.answer(true), 'id-allow_once'],
    ['no', (open) => open.answer(false), 'id-reject_once'], ['a decline', (open) => open.decline('not today'), 'id-reject_once'],
  ])('should be answered by %s', async (_, answer, expected) => {
    const task = start();
    answer((await asked())[0]!);
    expect(await collect(task)).toBe(expected);
  });

  it('should ask for nothing that `allow` gives, and refuse what cannot be asked', async () => {
    expect(await collect(start(undefined, { allow: ['edit'] }))).toBe('id-allow_once');
    const twice = [ALL[0]!, { ...ALL[2]!, optionId: 'id-allow_once' }];
    const task = start([[{ permit: { toolCall, options: twice } }]]);
    await collect(task);
    expect(task.snapshot().preview).toContainEqual(expect.stringMatching(/permission refused: edit.*`options` have one id/));
  });

  it('should refuse what nobody can be asked for: in a run() of its own', async () => {
    const lines = await firstValueFrom(run(actor({ turns: [[PERMIT]] }, { permissions: 'ask' }), { goal: 'act' }).pipe(
      map((output) => JSON.stringify(output)), toArray(),
    ));
    expect(lines.join()).toMatch(/permission refused: edit, Edit a: who was to answer failed: .*nobody to answer/);
    expect(lines.at(-1)).toContain('id-reject_once');
  });

  it('should be withdrawn by a cancel, and answered to the agent as cancelled', async () => {
    const journal = file(`journal-${++count}`);
    const task = session.delegate(actor({ journal, turns: [[PERMIT]] }, { permissions: 'ask' }), { goal: 'act' });
    const [question] = await asked();
    task.cancel();
    expect(question!.answer(true)).toMatchObject({ answered: false, error: { code: 'not_running' } });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    expect(await firstValueFrom(session.questions)).toEqual([]);
    const told = (await journalOf(journal)).filter((each) => /^(cancel|permission)/.test(each));
    expect(new Set(told)).toEqual(new Set(['cancel', 'permission {"outcome":"cancelled"}']));
  });

  it('should be withdrawn where a steering message cancels its turn', async () => {
    const task = start([[PERMIT], [{ say: 'done', id: 'last' }]], { steering: 'cancel-and-reprompt' });
    const [question] = await asked();
    task.steer('something else');
    expect(await collect(task)).toBe('done');
    expect(question!.answer(true).answered).toBe(false);
    const events = await firstValueFrom(task.events.pipe(filter(({ type }) => type === 'answered'), toArray()));
    expect(events).toMatchObject([{ how: 'withdrawn' }]);
  });

  it('should be ended by no clock while it is asked', async () => {
    const task = start(undefined, { promptSilence: 50 }, { deadline: 2_000, idleTimeout: 300 });
    const [question] = await asked();
    await new Promise((resolve) => { setTimeout(resolve, 2_500); });
    expect(task.snapshot()).toMatchObject({ status: 'running' });
    question!.answer(true);
    expect(await collect(task)).toBe('id-allow_once');
    expect(task.snapshot().preview.join()).not.toContain('nothing heard');
  });

  it('should be asked several at once, each answered by itself', async () => {
    const order = (id: string): Order => ({ request: { method: 'session/request_permission',
      params: { toolCall: { ...toolCall, toolCallId: id, title: id }, options: ALL } } });
    const tasks = ['one', 'two'].map((id) => session.delegate(actor({ turns: [[order(id)]] }, { permissions: 'ask' }), { goal: 'act' }));
    const open = await firstValueFrom(session.questions.pipe(filter(({ length }) => length === 2)));
    for (const question of open) question.answer(question.text.includes('one'));
    expect(await Promise.all(tasks.map((task) => collect(task)))).toEqual([
      expect.stringContaining('id-allow_once'), expect.stringContaining('id-reject_once'),
    ]);
  });

  it('should be asked by a function for some of them only', async () => {
    const permissions: AcpOptions['permissions'] = ({ kind }, ask) => kind === 'edit' ? ask() : of('reject_once' as const);
    const task = start(undefined, { permissions });
    (await asked())[0]!.answer('id-allow_always');
    expect(await collect(task)).toBe('id-allow_always');
    expect(await collect(start([[{ permit: { toolCall: { ...toolCall, kind: 'fetch' }, options: ALL } }]], { permissions })))
      .toBe('id-reject_once');
  });

  it('should take \'ask\' or a function, and say so', () => {
    expect(caught(() => actor({}, { permissions: 'yes' as never }))).toMatchObject({ code: 'invalid_argument', message:
      expect.stringContaining("Expected `permissions` to be 'ask', or a function") });
  });

  it('should have what is long cut', async () => {
    const long = 'x'.repeat(100_000);
    const task = start([[{ permit: { toolCall: { ...toolCall, rawInput: { path: 'a', content: long, parts: Array(3_000).fill('y') } },
      options: ALL } }]]);
    const [question] = await asked();
    const { input } = question!.detail as { readonly input: { readonly path: string; readonly content: string } };
    expect(input.path).toBe('a');
    expect(input.content).toMatch(/^x{900,8000}… \[\+9\d{4}\]$/);
    question!.answer(true);
    expect(await collect(task)).toBe('id-allow_once');
    expect(JSON.stringify(boundedJson(Array(100_000).fill('z'), 32_000)).length).toBeLessThan(32_000);
    expect(boundedJson(undefined, 100)).toBe(null);
  });

  describe('on a desk of the session', () => {
    it('should be seen and answered at either place', async () => {
      const desk = createPermissionDesk(session);
      const seen: (readonly PendingPermission[])[] = [];
      desk.pending.subscribe((waiting) => seen.push(waiting));
      const one = start(undefined, { permissions: desk.ask });
      await until(() => seen.length === 2);
      const [request] = seen[1]!;
      expect(request).toMatchObject({
        taskId: one.id, kind: 'edit', title: 'Edit a', input: { path: 'a' }, paths: ['/a'], options: ALL,
      });
      expect(caught(() => request!.answer('yes' as PermissionDecision))).toMatchObject({ code: 'invalid_argument' });
      expect(request!.answer({ optionId: 'id-allow_always' })).toBe(true);
      expect(request!.answer('reject_once')).toBe(false);
      expect(await collect(one)).toBe('id-allow_always');

      const two = start(undefined, { permissions: desk.ask });
      (await asked())[0]!.answer(false);
      expect(await collect(two)).toBe('id-reject_once');
      expect(seen.map(({ length }) => length)).toEqual([0, 1, 0, 1, 0]);
    });

    it('should show what others ask leave for, too', async () => {
      const desk = createPermissionDesk(session);
      const task = session.delegate((_brief, _steering, context) => context.ask({ kind: 'permission', text: 'Go?', detail: { to: 'x' } }), {
        goal: 'go',
      });
      const [request] = await firstValueFrom(desk.pending.pipe(filter(({ length }) => length > 0)));
      expect(request).toMatchObject({ kind: 'other', title: 'Go?', input: { to: 'x' }, paths: [] });
      expect(caught(() => request!.answer('maybe' as never))).toMatchObject({ code: 'invalid_argument' });
      request!.answer('reject_always');
      expect(await collect(task)).toBe('reject_once');
    });
  });

  it('should fail with what was refused where the agent gives up by it', async () => {
    const task = start([[{ ...PERMIT, quiet: true }]]);
    (await asked())[0]!.decline();
    expect(await rejection(collect(task))).toMatchObject({ message: expect.stringContaining('Edit a') });
  });
});
