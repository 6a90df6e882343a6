import { afterEach, describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import type { Store } from '../../../src/core/store.js';
import { collect, run, type AgentFunction, type Task } from '../../../src/index.js';
import { retrying } from '../../../src/compose/index.js';
import { memoryStore } from '../../../src/stores/index.js';
import { model } from '../../../src/agents/model/index.js';
import { rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import { createModelServer, type ModelServer } from '../../support/modelServer/createModelServer.js';
import type { ModelRequest, Script } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { until } from '../../support/until.js';
import { loopback } from './support/loopback.js';
import { setUp } from './support/setUp.js';

const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
const toolsets = { eyes: { look } };
const told = ({ messages }: ModelRequest): readonly string[] =>
  messages.map((message) => message.tool_calls === undefined ? wordsOf(message) : `called ${message.tool_calls[0]!.function.name}`);
const ended = (task: Task): Promise<unknown> => firstValueFrom(task.ended);

describe('a model that goes on with a conversation', () => {
  it('should say that it can', () => {
    expect(model({ model: 'a/b' }).followUp).toBe(true);
  });

  it('should have all of it before the new goal, its last answer included, and again in the next', async () => {
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }, { say: 'Two files.' }, { say: 'a and b.' }, { say: 'Bye.' }));
    const agent = stage.agent({ toolsets, system: 'Be brief.' });
    const first = stage.session.delegate(agent, { goal: 'look', context: 'in src' });
    expect(await collect(first)).toBe('Two files.');
    const second = stage.session.delegate(agent, { goal: 'which?', follow_up: first.id });
    expect(await collect(second)).toBe('a and b.');
    const third = stage.session.delegate(agent, { goal: 'thanks', context: 'you may go', follow_up: second.id });
    expect(await collect(third)).toBe('Bye.');

    const before = ['Be brief.', 'look\n\nWhat you should know beforehand:\nin src', 'called look', 'seen', 'Two files.', 'which?'];
    expect(told(stage.server.visits[2]!)).toEqual(before);
    expect(told(stage.server.visits[3]!))
      .toEqual([...before, 'a and b.', 'thanks\n\nWhat you should know beforehand:\nyou may go']);
    // What was used before is no part of it.
    expect(third.snapshot().usage).toEqual({ inputTokens: 10, outputTokens: 5 });
  });

  it('should have what it was told on the way, and the sum of a task that failed at its steps', async () => {
    await using stage = await setUp(({ index, body }) => {
      if (index === 0) first.steer('only src');
      if (body['tool_choice'] === 'none') return { say: 'Half is done.' };
      return index < 2 ? { call: [{ name: 'look' }] } : { say: 'All is done.' };
    });
    const agent = stage.agent({ toolsets, maxSteps: 2 });
    const first = stage.session.delegate(agent, { goal: 'do it' });
    await ended(first);
    expect(first.outcome).toMatchObject({ type: 'failed', partial: 'Half is done.' });
    expect(await collect(stage.session.delegate(agent, { goal: 'go on', follow_up: first.id }))).toBe('All is done.');
    expect(told(stage.server.visits.at(-1)!)).toEqual([
      'do it', 'called look', 'seen', 'only src', 'called look', 'seen', expect.stringContaining('Sum up now'), 'Half is done.', 'go on',
    ]);
  });

  it('should be told of what was under way in a task that was cancelled', async () => {
    let isWorking = false;
    const work = tool({
      description: 'Works.', inputSchema: z.object({ n: z.number() }),
      execute: () => { isWorking = true; return new Promise<string>(() => undefined); },
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'work', input: { n: 1 } }] }, { say: 'Looked.' }), { cancelGrace: 1 });
    const agent = stage.agent({ toolsets: { hands: { work } } });
    const first = stage.session.delegate(agent, { goal: 'work' });
    await until(() => isWorking);
    first.cancel();
    expect(await collect(stage.session.delegate(agent, { goal: 'look', follow_up: first.id }))).toBe('Looked.');
    expect(told(stage.server.visits[1]!)).toEqual([
      'work', expect.stringMatching(/^\[The task was ended before you were done.*\n- `work` with \{"n":1\}: it may have happened/), 'look',
    ]);
  });

  it('should begin behind it again where it is tried again', async () => {
    await using stage = await setUp(inTurn({ say: 'One.' }, { status: 500 }, { say: 'Two.' }));
    const agent = stage.agent();
    const again = retrying(agent, { count: 1, delay: 0 });
    const first = stage.session.delegate(again, { goal: 'first' }, { name: 'worker' });
    await collect(first);
    const second = stage.session.delegate(again, { goal: 'second', follow_up: first.id }, { name: 'worker' });
    expect(await collect(second)).toBe('Two.');
    expect(stage.server.visits.slice(1).map(told)).toEqual([['first', 'One.', 'second'], ['first', 'One.', 'second']]);
  });

  it('should say so where there is nothing to go on with', async () => {
    await using stage = await setUp(inTurn({ say: 'One.' }));
    const error = await rejection(firstValueFrom(run(stage.agent(), { goal: 'second', follow_up: 'worker-1' })));
    expect(error).toMatchObject({
      code: 'not_started',
      message: 'What worker-1 was about cannot be gone on with: nothing of it is kept. '
        + 'Start a new task, and say in `context` what it needs.',
    });
    expect(stage.server.visits).toHaveLength(0);
  });
});

describe('a model that goes on with a conversation, when its process has ended', () => {
  let server: ModelServer;
  const sessions: DurableSession[] = [];
  afterEach(async () => {
    for (const session of sessions.splice(0)) await session.close();
    await server.close();
  });
  const live = async (store: Store, worker: AgentFunction): Promise<DurableSession> => {
    const session = await openSession({ store, agents: { worker } });
    sessions.push(session);
    return session;
  };

  it('should go on with what a task of an earlier process said, and from its own last step', async () => {
    const script: Script = ({ index }) => index === 0 ? { say: 'One.' } : index === 1 ? { call: [{ name: 'look' }] }
      : index === 2 ? { then: 'hang' } : { say: 'Two.' };
    server = await createModelServer({ script });
    const worker = model({ model: loopback(server), maxRetries: 0, onRestart: 'resume', toolsets });
    const store = memoryStore();
    const first = await live(store, worker);
    const one = first.delegate(worker, { goal: 'first' }, { name: 'worker' });
    await collect(one);
    await first.close();
    const second = await live(store, worker);
    const two = second.delegate(worker, { goal: 'second', follow_up: one.id }, { name: 'worker' });
    await server.until(() => server.visits.length === 3);
    await second.close();
    expect(await collect((await live(store, worker)).get(two.id)!)).toBe('Two.');
    expect(told(server.visits[1]!)).toEqual(['first', 'One.', 'second']);
    expect(told(server.visits[3]!)).toEqual(['first', 'One.', 'second', 'called look', 'seen']);
  });
});
