import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { collect, createSession, type Agent, type AgentContext, type Brief } from '../../src/index.js';
import { openSession } from '../../src/core/openSession.js';
import { memoryStore } from '../../src/stores/memory.js';
import { caught } from '../support/caught.js';

/** An agent that remembers all that it was ever told in a conversation. */
const talker: Agent = ({ goal }, _steering, { saved, save }) => {
  const told = [...(saved ?? []) as readonly string[], goal];
  save(told);
  return [told.join(', ')];
};

describe('a follow-up', () => {
  it('should go on from what the task that it follows saved last', async () => {
    const session = createSession();
    const first = session.delegate(talker, { goal: 'one' });
    const second = session.delegate(talker, { goal: 'two', follow_up: first.id });
    const third = session.delegate(talker, { goal: 'three', follow_up: second.id });
    expect(await collect(third)).toBe('one, two, three');
    // A conversation may go on in two ways.
    expect(await collect(session.delegate(talker, { goal: 'other', follow_up: first.id }))).toBe('one, other');
    expect(third.brief).toEqual({ goal: 'three', follow_up: second.id });
  });

  it('should have a copy of its own of what was saved', async () => {
    const session = createSession();
    const pushes: Agent = ({ goal, follow_up }, _steering, { saved, save }) => {
      const told = (saved ?? []) as string[];
      told.push(goal);
      if (follow_up === undefined) save(told);
      return [told.join(', ')];
    };
    const first = session.delegate(pushes, { goal: 'one' });
    for (const goal of ['two', 'three']) {
      expect(await collect(session.delegate(pushes, { goal, follow_up: first.id }))).toBe(`one, ${goal}`);
    }
  });

  it('should tell its own checkpoints from those of the task that it follows', () => {
    const session = createSession();
    const first = session.delegate(talker, { goal: 'one' });
    const seen: unknown[] = [];
    session.delegate((_brief, _steering, context) => {
      seen.push(context.saved, context.followed);
      context.save('mine');
      seen.push(context.saved, context.followed);
      return ['done'];
    }, { goal: 'two', follow_up: first.id }, { name: 'talker' });
    expect(seen).toEqual([['one'], ['one'], 'mine', ['one']]);
  });

  it('should start nothing where there is no such conversation', () => {
    const session = createSession({ retain: { count: 1 }, maxRunning: 3 });
    const foreign = createSession().delegate(talker, { goal: 'x' });
    const running = session.delegate(() => NEVER, { goal: 'x' }, { name: 'talker' });
    const silent = session.delegate(() => ['nothing saved'], { goal: 'x' }, { name: 'talker' });
    const other = session.delegate(talker, { goal: 'x' }, { name: 'other' });
    const refusal = (follow_up: unknown): unknown => caught(() => session.delegate(talker, { goal: 'y', follow_up } as Brief));
    expect(refusal(foreign.id)).toMatchObject({
      code: 'task_not_found', message: `Task not found: ${foreign.id}. Name an ended task of this scope, or leave \`follow_up\` out.`,
    });
    expect(refusal(7)).toMatchObject({ code: 'invalid_argument' });
    expect(refusal(running.id)).toMatchObject({ message: `Task ${running.id} still runs. Steer it, or wait for its end.` });
    expect(refusal(other.id)).toMatchObject({
      message: `Task ${other.id} was one of other. Follow it up with that agent, or leave \`follow_up\` out.`,
    });
    expect(refusal(silent.id)).toMatchObject({
      message: `Task ${silent.id} has left no conversation to go on with. Start a new one, and say in \`context\` what it needs.`,
    });
    expect(session.tasks()).toHaveLength(3);
    expect(session.capacity.running).toBe(1);
  });

  it('should say of a task that was forgotten that it was', async () => {
    const session = createSession({ retain: { count: 0 } });
    const first = session.delegate(talker, { goal: 'one' });
    await collect(first);
    session.tasks();
    expect(caught(() => session.delegate(talker, { goal: 'two', follow_up: first.id }))).toMatchObject({
      code: 'evicted', message: `Task ${first.id} was forgotten to make room, and its conversation with it. Start a new one.`,
    });
  });

  it('should weigh what is kept for it', async () => {
    const session = createSession({ retain: { bytes: 10_000 } });
    const big: Agent = (_brief, _steering, { save }) => {
      save('x'.repeat(4_000));
      return ['done'];
    };
    const tasks = [1, 2, 3].map((n) => session.delegate(big, { goal: `${n}` }));
    for (const task of tasks) await collect(task);
    expect(session.tasks().map(({ brief: { goal } }) => goal)).toEqual(['3']);
  });

  it('should see only the tasks of its own scope', () => {
    const session = createSession();
    const outside = session.delegate(talker, { goal: 'x' });
    let context!: AgentContext;
    session.delegate((_brief, _steering, given) => {
      context = given;
      return NEVER;
    }, { goal: 'parent' });
    expect(caught(() => context.delegate(talker, { goal: 'y', follow_up: outside.id }))).toMatchObject({ code: 'task_not_found' });
  });

  it('should go on after a restart, whatever becomes of tasks that ran', async () => {
    const store = memoryStore();
    const agents = { talker: { agent: talker } };
    const before = await openSession({ store, agents });
    const first = before.delegate(talker, { goal: 'one' });
    await collect(first);
    await before.close();
    const session = await openSession({ store, agents });
    expect(await collect(session.delegate(talker, { goal: 'two', follow_up: first.id }))).toBe('one, two');
    await session.close();
  });

  it('should be called again with what it follows', async () => {
    const store = memoryStore();
    const seen: unknown[] = [];
    const agent: Agent = (brief, _steering, { followed, save }) => {
      seen.push(followed);
      if (brief.follow_up !== undefined) return NEVER;
      save('first');
      return ['done'];
    };
    const agents = { talker: { agent, onRestart: 'restart' as const } };
    const before = await openSession({ store, agents });
    const first = before.delegate(agent, { goal: 'one' });
    await collect(first);
    before.delegate(agent, { goal: 'two', follow_up: first.id });
    await before.close();
    const session = await openSession({ store, agents });
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(seen).toEqual([undefined, 'first', 'first']);
    session.cancel();
    await session.close();
  });
});
