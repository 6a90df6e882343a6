import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EMPTY, firstValueFrom, map, of, throwError, timer, toArray } from 'rxjs';
import { collect, createSession, type Session, type Task } from '../../../src/index.js';
import {
  createPermissionDesk, type AcpOptions, type PendingPermission, type PermissionDecision, type PermissionRequest,
} from '../../../src/agents/acp/index.js';
import { actor, type Order } from '../../support/acp/actor.js';
import { caught } from '../../support/caught.js';
import { until } from '../../support/until.js';

let session: Session;
beforeEach(() => { session = createSession(); });
afterEach(async () => { await session.close(); });

const ALL = ['allow_once', 'allow_always', 'reject_once', 'reject_always'].map((kind) => ({ optionId: `id-${kind}`, name: kind, kind }));
const ask = (kind: string | undefined, options: readonly object[] = ALL): Order => (
  { permit: { toolCall: { toolCallId: '1', title: 'Do it', ...kind && { kind } }, options } });

const start = (order: Order, options: Partial<AcpOptions> = {}, before: readonly Order[] = []): Task<string> =>
  session.delegate(actor({ turns: [[...before, order]] }, options), { goal: 'act' });

describe('permission requests', () => {
  it('should be refused by default, and say so', async () => {
    const task = start(ask('edit'));
    expect(await collect(task)).toBe('id-reject_once');
    expect(task.snapshot().preview).toContain('[permission refused: edit, Do it: it is not in `allow`, which would have to have \'edit\']');
  });

  it('should be given by the list of kinds, once and never always', async () => {
    expect(await collect(start(ask('read'), { allow: ['read', 'search'] }))).toBe('id-allow_once');
    expect(await collect(start(ask('edit'), { allow: ['read', 'search'] }))).toBe('id-reject_once');
    expect(await collect(start(ask(undefined), { allow: ['read'] }))).toBe('id-reject_once');
    expect(await collect(start(ask('execute'), { allow: 'all' }))).toBe('id-allow_once');
    expect(await collect(start(ask('read', ALL.slice(1)), { allow: ['read'] }))).toBe('id-reject_once');
  });

  it('should know the kind from the call that was told before', async () => {
    const told = { update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Look', kind: 'read' } };
    const bare = { permit: { toolCall: { toolCallId: '1' }, options: ALL } };
    expect(await collect(start(bare, { allow: ['read'] }, [told]))).toBe('id-allow_once');
  });

  it('should hold a call to every kind that was told of it', async () => {
    const told = (kind: string): Order => ({ update: { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Look', kind } });
    const task = start(ask('read'), { allow: ['read'] }, [told('execute')]);
    expect(await collect(task)).toBe('id-reject_once');
    expect(task.snapshot().preview).toContainEqual(expect.stringContaining('[permission refused: execute, Do it'));
    expect(await collect(start(ask('execute'), { allow: ['read'] }, [told('read')]))).toBe('id-reject_once');
    expect(await collect(start(ask('read'), { allow: ['read'] }, [told('execute'), told('search'), told('read')]))).toBe('id-reject_once');
    expect(await collect(start(ask('read'), { allow: ['read', 'execute'] }, [told('execute')]))).toBe('id-allow_once');
    const seen: string[] = [];
    const permissions = ({ kind }: PermissionRequest) => {
      seen.push(kind);
      return 'reject_once' as const;
    };
    await collect(start(ask('read'), { permissions }, [told('execute')]));
    await collect(start(ask('edit'), { permissions }, [told('other')]));
    expect(seen).toEqual(['execute', 'edit']);
  });

  it('should be refused where it is asked for another session than the running one', async () => {
    const foreign = { permit: { sessionId: 'another', toolCall: { toolCallId: '1', title: 'Do it', kind: 'read' }, options: ALL } };
    const task = start(foreign, { allow: 'all' });
    expect(await collect(task)).toBe('id-reject_once');
    expect(task.snapshot().preview).toContainEqual(expect.stringMatching(/permission refused: .*another session/));
  });

  it('should tell a call that is first heard of by its request, and part the messages around it', async () => {
    const permit = { permit: { toolCall: { toolCallId: '1', title: 'Write b', kind: 'edit' }, options: ALL } };
    const task = start(permit, {}, [{ say: 'I write' }]);
    const events = await firstValueFrom(task.events.pipe(toArray()));
    expect(await collect(task)).toBe('id-reject_once');
    expect(task.snapshot().preview).toEqual(['I write', expect.stringContaining('[permission refused: edit, Write b'), 'id-reject_once']);
    expect(events.filter(({ type }) => type === 'tool')).toMatchObject([
      { name: 'edit', state: 'started', detail: 'Write b' }, { name: 'edit', state: 'ended', detail: 'not finished: Write b' },
    ]);
  });

  it.each<[string, AcpOptions['permissions'], string]>([
    ['at once', () => 'allow_always', 'id-allow_always'], ['by an Observable', () => timer(20).pipe(map(() => 'allow_once' as const)),
      'id-allow_once'],
    ['by a promise', async () => ({ optionId: 'id-reject_always' }), 'id-reject_always'], ['by nothing', () => EMPTY, 'id-reject_once'],
    ['by an error', () => throwError(() => new Error('no idea')), 'id-reject_once'],
    ['by a throw', () => { throw new Error('no idea'); }, 'id-reject_once'], ['by nonsense', () => of('maybe' as PermissionDecision),
      'id-reject_once'],
    ['by an option that is not there', () => ({ optionId: 'other' }), 'id-reject_once'],
  ])('should be answered %s', async (_, permissions, answer) => {
    const task = start(ask('edit'), { permissions, allow: ['read'] });
    expect(await collect(task)).toBe(answer);
  });

  it('should never give more than was decided where an option is missing', async () => {
    const only = (kind: string) => ALL.filter((each) => each.kind === kind);
    const outcome = (kind: string, decision: PermissionDecision) => collect(start(ask('edit', only(kind)), { permissions: () =>
      decision }));
    expect(await outcome('allow_always', 'allow_once')).toBe('cancelled');
    expect(await outcome('allow_once', 'allow_always')).toBe('id-allow_once');
    expect(await outcome('reject_always', 'reject_once')).toBe('id-reject_always');
    expect(await outcome('allow_once', 'reject_once')).toBe('cancelled');
  });

  it('should tell who answers what is asked, and by whom', async () => {
    const seen: PermissionRequest[] = [];
    const toolCall = { toolCallId: '1', title: 'Edit a', kind: 'edit', rawInput: { path: 'a' }, locations: [{ path: '/a' }] };
    const task = start({ permit: { toolCall, options: ALL } }, { permissions: (request) => {
      seen.push(request);
      return 'reject_once';
    } });
    await collect(task);
    expect(seen).toEqual([{ taskId: task.id, kind: 'edit', title: 'Edit a', input: { path: 'a' }, paths: ['/a'], options: ALL }]);
  });

  describe('on a desk', () => {
    it('should wait to be answered by hand, and be gone from it then', async () => {
      const desk = createPermissionDesk();
      const seen: (readonly PendingPermission[])[] = [];
      desk.pending.subscribe((waiting) => seen.push(waiting));
      const task = start(ask('edit'), { permissions: desk.ask });
      await until(() => seen.length === 2);
      const [request] = seen[1]!;
      expect(request).toMatchObject({ taskId: task.id, kind: 'edit', title: 'Do it' });
      expect(caught(() => request!.answer('yes' as PermissionDecision))).toMatchObject({ code: 'invalid_argument' });
      expect(request!.answer('allow_once')).toBe(true);
      expect(request!.answer('reject_once')).toBe(false);
      expect(await collect(task)).toBe('id-allow_once');
      expect(seen.map(({ length }) => length)).toEqual([0, 1, 0]);
    });

    it('should be gone from it when the task is cancelled', async () => {
      const desk = createPermissionDesk();
      let waiting: readonly PendingPermission[] = [];
      desk.pending.subscribe((now) => { waiting = now; });
      const task = start(ask('edit'), { permissions: desk.ask });
      await until(() => waiting.length === 1);
      const [request] = waiting;
      task.cancel();
      await until(() => waiting.length === 0);
      expect(request!.answer('allow_once')).toBe(false);
    });
  });
});
