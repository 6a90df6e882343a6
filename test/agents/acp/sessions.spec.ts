import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { collect, createSession, type Agent, type Session, type Task } from '../../../src/index.js';
import { createToolset } from '../../../src/tools/index.js';
import type { AcpAgent, AcpOptions } from '../../../src/agents/acp/index.js';
import { actor, ACTOR, journalOf, type Script } from '../../support/acp/actor.js';
import { isAlive } from '../../support/acp/pids.js';
import { temporary } from '../../support/acp/temporary.js';
import { rejection } from '../../support/caught.js';
import { until } from '../../support/until.js';

const file = temporary();
let session: Session;
let agents: AcpAgent[] = [];
let count = 0;
beforeEach(() => { session = createSession(); });
afterEach(async () => {
  await session.close();
  await Promise.all(agents.map((each) => each.close()));
  agents = [];
});

/** An agent that tells what it remembers, and what it notes. */
function create(script: Script, options: Partial<AcpOptions> = {}) {
  const journal = file(`journal-${++count}`);
  const agent = actor({ turns: [[{ memory: true }]], journal, ...script }, options);
  agents.push(agent);
  const ask = (goal: string, after?: string): Task<string> => session.delegate(agent, after === undefined ? { goal } : { goal,
    session: after });
  const pids = async (): Promise<readonly number[]> =>
    (await journalOf(journal)).filter((each) => each.startsWith('pid ')).map((each) => Number(each.slice('pid '.length)));
  return { agent, journal, ask, pids };
}

const stopped = (task: Task) => firstValueFrom(task.stopped);

describe('a follow-up', () => {
  describe('by `follow_up`', () => {
    const follow = (agent: AcpAgent, goal: string, id: string): Task<string> => session.delegate(agent, { goal, follow_up: id });

    it('should find the conversation in the process that lives on, and one after the other', async () => {
      const { agent, ask, pids } = create({}, { keepAlive: true });
      expect(agent.followUp).toBe(true);
      const first = ask('one');
      await collect(first);
      const second = follow(agent, 'two', first.id);
      expect(await collect(second)).toBe('one, two');
      expect(await collect(follow(agent, 'three', second.id))).toBe('one, two, three');
      expect(await pids()).toHaveLength(1);
    });

    it('should load it by what the task has saved, where the agent was made anew', async () => {
      const store = file(`store-${++count}`);
      const one = create({ resume: true, store });
      const first = one.ask('one');
      await collect(first);
      const two = create({ resume: true, store });
      const second = follow(two.agent, 'two', first.id);
      expect(await collect(second)).toBe('one, two');
      expect(await collect(follow(two.agent, 'three', first.id))).toBe('one, two, three');
      expect((await journalOf(two.journal)).filter((each) => each.startsWith('resume'))).toHaveLength(2);
    });

    it('should not go on twice at one time', async () => {
      const store = file(`store-${++count}`);
      const first = create({ resume: true, store }).ask('one');
      await collect(first);
      const { agent } = create({ resume: true, store, turns: [[{ say: 'x\n' }, { forever: true }]] });
      const second = follow(agent, 'two', first.id);
      await until(() => second.snapshot().preview.includes('x'));
      expect(await rejection(collect(follow(agent, 'three', first.id)))).toMatchObject({
        code: 'not_started', message: expect.stringContaining(`${second.id} is still at work`),
      });
      second.cancel();
    });

    it('should say so where the agent itself has forgotten it, or cannot go on', async () => {
      const first = create({ resume: true, store: file(`store-${++count}`) }).ask('one');
      await collect(first);
      const forgot = create({ resume: true, store: file(`store-${++count}`) });
      expect(await rejection(collect(follow(forgot.agent, 'two', first.id)))).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/^The conversation of task node-\w+ cannot go on: .*session\/resume.*not fo/),
      });
      expect(await rejection(collect(follow(create({}).agent, 'two', first.id)))).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/cannot go on: .*can neither resume nor load a session/),
      });
    });

    it('should be refused where there is nothing to go on with, of another kind, or with a place of its own', async () => {
      const { agent, journal } = create({});
      const other = (): string[] => ['done'];
      const saved = session.delegate((_brief, _steering, context) => {
        context.save({ mine: 1 });
        return ['done'];
      }, { goal: 'x' }, { name: 'node' });
      await collect(saved);
      expect(await rejection(collect(follow(agent, 'two', saved.id)))).toMatchObject({
        code: 'not_started', message: expect.stringContaining('what it had saved is of another agent'),
      });
      const empty = session.delegate(other, { goal: 'x' }, { name: 'node' });
      await collect(empty);
      expect(() => follow(agent, 'two', empty.id)).toThrow('has left no conversation');
      expect(await rejection(collect(session.delegate(agent, { goal: 'two', follow_up: saved.id, session: saved.id }))))
        .toMatchObject({ message: expect.stringContaining('Expected one of `follow_up`, `session` and `cwd`') });
      expect(await journalOf(journal)).toEqual([]);
    });

    it('should be started again in a task of its own only: an inner run with another brief begins anew', async () => {
      const { agent, ask } = create({}, { keepAlive: true });
      const first = ask('one');
      await collect(first);
      const outer: Agent = (brief, _steering, context) => context.run(agent, { goal: `new ${brief.goal}` });
      expect(await collect(session.delegate(outer, { goal: 'two', follow_up: first.id }, { name: 'node' }))).toBe('new two');
    });
  });

  describe('to a process that has ended', () => {
    it.each([
      ['resume', { resume: true, load: true }, 'resume'], ['load', { load: true }, 'load'],
      ['load that replays late', { load: true, replayLate: true }, 'load'],
    ])('should go by session/%s, and print no history', async (_, script, by) => {
      // Slow to answer, so that a history that comes late would be in time to be taken for news.
      const turns = [[{ wait: 60 }, { memory: true }]];
      const { agent, journal, ask, pids } = create({ ...script, turns, store: file(`store-${++count}`) });
      const first = ask('one');
      expect(await collect(first)).toBe('one');
      const second = ask('two', first.id);
      expect(await collect(second)).toBe('one, two');
      expect(second.snapshot().preview).toEqual(['one, two']);
      expect(await collect(ask('three', second.id))).toBe('one, two, three');
      expect(await collect(ask('four', agent.sessionOf(first.id)))).toBe('one, two, three, four');
      expect((await journalOf(journal)).filter((each) => each.startsWith(`${by} `))).toHaveLength(3);
      expect(new Set(await pids()).size).toBe(4);
    });

    it('should say what to do where the agent can do neither', async () => {
      const { ask } = create({});
      const first = ask('one');
      await collect(first);
      expect(await rejection(collect(ask('two', first.id)))).toMatchObject({ code: 'not_started',
        message: expect.stringContaining('Set `keepAlive`') });
    });

    it('should go by session/load where session/resume is announced and not there, and say so', async () => {
      const { ask, journal } = create({ resume: 'missing', load: true, store: file(`store-${++count}`) });
      const first = ask('one');
      await collect(first);
      const second = ask('two', first.id);
      expect(await collect(second)).toBe('one, two');
      expect(second.snapshot().preview).toEqual([
        expect.stringMatching(/^\[.* announces session\/resume and does not have it; the conversation was loaded instead\]$/), 'one, two',
      ]);
      expect((await journalOf(journal)).filter((each) => /^(resume|load)/.test(each)).map((each) => each.split(' ')[0]))
        .toEqual(['resume', 'load']);
    });

    it('should say what to do where the agent announces session/resume, does not have it and cannot load', async () => {
      const { ask } = create({ resume: 'missing', store: file(`store-${++count}`) });
      const first = ask('one');
      await collect(first);
      expect(await rejection(collect(ask('two', first.id)))).toMatchObject({
        code: 'not_started', message: expect.stringMatching(/announces session\/resume and does not have it.*Set `keepAlive`/),
      });
    });

    it('should go on with a task that was cancelled', async () => {
      const { ask } = create({ resume: true, store: file(`store-${++count}`), turns: [[{ say: 'x\n' }, { forever: true }]] });
      const first = ask('one');
      await until(() => first.snapshot().preview.includes('x'));
      first.cancel();
      const second = ask('two', first.id);
      await until(() => second.snapshot().preview.includes('x'));
      second.cancel();
      await stopped(second);
    });
  });

  it('should be refused where there is nothing to follow', async () => {
    const { ask, journal } = create({ resume: true, store: file(`store-${++count}`), turns: [[{ say: 'x\n' }, { forever: true }]] });
    expect(await rejection(collect(ask('one', 'node-000000')))).toMatchObject({
      code: 'not_started', message: expect.stringContaining('There is no conversation "node-000000"'),
    });
    expect(await journalOf(journal)).toEqual([]);
    const first = ask('one');
    await until(() => first.snapshot().preview.includes('x'));
    expect(await rejection(collect(ask('two', first.id)))).toMatchObject({
      code: 'not_started', message: expect.stringContaining(`${first.id} is still at work`),
    });
    expect(first.snapshot().status).toBe('running');
  });

  it('should reach a session of elsewhere only where that is allowed', async () => {
    const store = file(`store-${++count}`);
    const one = create({ resume: true, store });
    const first = one.ask('one');
    await collect(first);
    const id = one.agent.sessionOf(first.id)!;
    expect(await rejection(collect(create({ resume: true, store }).ask('two', id)))).toMatchObject({ code: 'not_started' });
    const other = create({ resume: true, store }, { anySession: true });
    expect(await collect(other.ask('two', id))).toBe('one, two');
    expect(await rejection(collect(other.ask('two', 'no-session')))).toMatchObject({
      code: 'not_started', message: expect.stringMatching(/session\/resume.*Resource not found/),
    });
  });

  it('should be what a model asks for by the id of a task', async () => {
    const { agent } = create({ resume: true, store: file(`store-${++count}`) });
    const { delegate_task } = createToolset(session, { agents: { coder: agent } });
    const first = await delegate_task.execute({ goal: 'one', timeout: 100 });
    expect(first).toMatchObject({ status: 'completed', summary: 'one' });
    const second = await delegate_task.execute({ goal: 'two', session: first['task_id'], timeout: 100 });
    expect(second).toMatchObject({ status: 'completed', summary: 'one, two' });
  });

  describe('to a process that lives on', () => {
    it('should find it as it was left', async () => {
      const { ask, pids, journal } = create({}, { keepAlive: true });
      const first = ask('one');
      await collect(first);
      expect(await collect(ask('two', first.id))).toBe('one, two');
      expect(await pids()).toHaveLength(1);
      expect((await journalOf(journal)).filter((each) => each.startsWith('new '))).toHaveLength(1);
      expect(await isAlive((await pids())[0]!)).toBe(true);
    });

    it('should find it after a cancel that was answered, and it has stopped all the same', async () => {
      const { ask, pids } = create({ turns: [[{ say: 'x\n' }, { forever: true }], [{ memory: true }]] }, { keepAlive: true });
      const first = ask('one');
      await until(() => first.snapshot().preview.includes('x'));
      first.cancel();
      expect(await stopped(first)).toMatchObject({ stopped: true });
      expect(await collect(ask('two', first.id))).toBe('one, two');
      expect(await pids()).toHaveLength(1);
    });

    it('should not find it where the cancel was not answered: it is ended', async () => {
      const { ask, pids } = create({ ignoreCancel: true, turns: [[{ say: 'x\n' }, { forever: true }]] }, { keepAlive: true,
        cancelGrace: 100 });
      const first = ask('one');
      await until(() => first.snapshot().preview.includes('x'));
      first.cancel();
      expect(await stopped(first)).toMatchObject({ stopped: true });
      expect(await isAlive((await pids())[0]!)).toBe(false);
    });

    it('should come back by resume where it died meanwhile', async () => {
      const { ask, pids } = create({ resume: true, store: file(`store-${++count}`) }, { keepAlive: true });
      const first = ask('one');
      await collect(first);
      const [pid] = await pids();
      process.kill(pid!, 'SIGKILL');
      await until(async () => !await isAlive(pid!));
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      expect(await collect(ask('two', first.id))).toBe('one, two');
      expect(await pids()).toHaveLength(2);
    });

    it('should give each conversation a process of its own, also side by side', async () => {
      const { ask, pids } = create({}, { keepAlive: true });
      const tasks = ['one', 'two', 'three'].map((goal) => ask(goal));
      expect(await Promise.all(tasks.map((task) => collect(task)))).toEqual(['one', 'two', 'three']);
      expect(await Promise.all(tasks.map((task) => collect(ask('more', task.id))))).toEqual(['one, more', 'two, more', 'three, more']);
      expect(await pids()).toHaveLength(3);
    });

    it('should end what has idled for its time', async () => {
      const { ask, pids } = create({}, { keepAlive: 2_000 });
      await collect(ask('one'));
      const [pid] = await pids();
      expect(await isAlive(pid!)).toBe(true);
      await until(async () => !await isAlive(pid!));
    });

    it('should let idle no more than it is told to', async () => {
      const { ask, pids } = create({}, { keepAlive: true, maxIdle: 1 });
      await collect(ask('one'));
      await collect(ask('two'));
      const [first, second] = await pids();
      await until(async () => !await isAlive(first!));
      expect(await isAlive(second!)).toBe(true);
    });

    it('should count the cost of a conversation once', async () => {
      const cost = (amount: number) => ({ update: { sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount, currency: 'USD' } } });
      const { ask } = create({ turns: [[cost(1), { say: 'a' }], [cost(1.5), { say: 'b' }]] }, { keepAlive: true });
      const first = ask('one');
      await collect(first);
      const second = ask('two', first.id);
      await collect(second);
      expect([first, second].map((task) => task.snapshot().usage?.costUsd)).toEqual([1, 0.5]);
    });

    it('should be over when the agent is closed: for what idles, what runs and what is still to come', async () => {
      const { agent, ask, pids } = create({ turns: [[{ memory: true }], [{ say: 'x\n' }, { forever: true }]] }, { keepAlive: true });
      const first = ask('one');
      await collect(first);
      const second = ask('two', first.id);
      await until(() => second.snapshot().preview.includes('x'));
      await agent.close();
      for (const pid of await pids()) expect(await isAlive(pid)).toBe(false);
      expect(await rejection(collect(second))).toMatchObject({ code: 'agent_error', message: expect.stringContaining('was closed') });
      expect(await rejection(collect(ask('three')))).toMatchObject({ code: 'not_started', message: expect.stringContaining('was closed') });
    });

    it('should not hold up the end of its parent, and end with it', async () => {
      const journal = file(`journal-${++count}`);
      const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', `
        import { collect, createSession } from './src/index.ts';
        import { acp } from './src/agents/acp/index.ts';
        const agent = acp({ command: process.execPath, args: [${JSON.stringify(ACTOR)},
          ${JSON.stringify(JSON.stringify({ turns: [[{ memory: true }]], journal }))}], keepAlive: true });
        console.log(await collect(createSession().delegate(agent, { goal: 'one' })));
      `], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      parent.stdout.setEncoding('utf8').on('data', (chunk: string) => { said += chunk; });
      const ended = new Promise((resolve) => parent.once('exit', resolve));
      const slow = setTimeout(() => parent.kill('SIGKILL'), 60_000);
      expect(await ended).toBe(0);
      clearTimeout(slow);
      expect(said).toBe('one\n');
      const [pid] = await journalOf(journal);
      await until(async () => !await isAlive(Number(pid!.slice('pid '.length))));
    });
  });
});
