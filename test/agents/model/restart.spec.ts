import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tool } from 'ai';
import { concat, filter, firstValueFrom, map, NEVER, toArray, type Observable } from 'rxjs';
import { z } from 'zod';
import { openSession, type DurableSession } from '../../../src/core/openSession.js';
import type { Store } from '../../../src/core/store.js';
import { collect, run, type Agent, type AgentFunction, type Task } from '../../../src/index.js';
import { memoryStore } from '../../../src/stores/index.js';
import { model, type ModelAgent, type ModelOptions } from '../../../src/agents/model/index.js';
import { temporary } from '../../support/acp/temporary.js';
import { crashingStore } from '../../support/durable/crashes.js';
import { startLife } from '../../support/durable/lives.js';
import { createModelServer, type ModelServer } from '../../support/modelServer/createModelServer.js';
import type { ModelRequest, Script } from '../../support/modelServer/script.js';
import { wordsOf } from '../../support/modelServer/wordsOf.js';
import { until } from '../../support/until.js';
import { loopback } from './support/loopback.js';

const module = fileURLToPath(new URL('../../support/durable/modelAgent.ts', import.meta.url));
const file = temporary();
let server: ModelServer;
let script: Script;
let sessions: DurableSession[];
beforeEach(async () => {
  sessions = [];
  server = await createModelServer({ script: (request) => script(request) });
});
afterEach(async () => {
  for (const session of sessions) await session.close();
  await server.close();
});

const NUMBERED = z.object({ n: z.number() });
/** Works until it is stopped. */
const stuck = (_input: unknown, { abortSignal }: { readonly abortSignal?: AbortSignal }): Promise<never> =>
  new Promise((_, reject) => { abortSignal!.addEventListener('abort', () => { reject(new Error('stopped')); }); });

const agent = (options: Partial<ModelOptions> = {}): ModelAgent =>
  model({ model: loopback(server), maxRetries: 0, onRestart: 'resume', ...options });

/** A life of a session with one agent, `worker`. */
async function live(store: Store, worker: AgentFunction): Promise<DurableSession> {
  const session = await openSession({ store, agents: { worker } });
  sessions.push(session);
  return session;
}

const start = (session: DurableSession, worker: Agent): Task<string> => session.delegate(worker, { goal: 'answer' }, { name: 'worker' });

/** What stands in a request, in short. */
const told = ({ messages }: ModelRequest): readonly string[] => messages.map((message) => {
  if (message.role === 'assistant') return `called ${(message.tool_calls ?? []).map((call) => call.function.arguments).join(' ')}`;
  return message.role === 'tool' ? `answered ${wordsOf(message)}` : wordsOf(message);
});

describe('a model whose process has ended', () => {
  it('should go on behind its last whole step, and not make a call again that was under way', async () => {
    const done: number[] = [];
    const work = tool({
      description: 'Works.', inputSchema: NUMBERED, execute: (input, options) => {
        done.push(input.n);
        return input.n === 2 ? stuck(input, options) : `did ${input.n}`;
      },
    });
    script = ({ index }) => index < 2
      ? { say: `step ${index + 1}`, call: [{ name: 'work', input: { n: index + 1 } }] }
      : { say: 'all done' };
    const store = memoryStore();
    const worker = agent({ toolsets: { hands: { work } } });
    const first = await live(store, worker);
    const task = start(first, worker);
    await until(() => done.length === 2);
    expect((await first.close()).kept).toEqual([task.id]);

    const again = (await live(store, worker)).get(task.id)!;
    expect(await collect(again)).toBe('all done');
    expect(done).toEqual([1, 2]);
    expect(told(server.visits[2]!)).toEqual([
      'answer', 'called {"n":1}', 'answered did 1', expect.stringMatching(/`work` with \{"n":2\}: it may have happened/),
    ]);
    expect(again.outcome).toMatchObject({ type: 'completed', attempt: 2 });
    // Of a step that was cut off nobody has said what it used.
    expect(again.snapshot().usage).toEqual({ inputTokens: 20, outputTokens: 10 });
  });

  it('should tell what had answered already of the calls that were under way', async () => {
    const done: number[] = [];
    const work = tool({
      description: 'Works.', inputSchema: NUMBERED, execute: (input, options) => {
        done.push(input.n);
        if (input.n === 3) throw new Error('no third');
        return input.n === 2 ? stuck(input, options) : `did ${input.n}`;
      },
    });
    script = ({ index }) => index === 0 ? { call: [1, 2, 3].map((n) => ({ name: 'work', input: { n } })) } : { say: 'all done' };
    const store = memoryStore();
    const worker = agent({ toolsets: { hands: { work } } });
    const first = await live(store, worker);
    const { id } = start(first, worker);
    await until(() => done.length === 3);
    await first.kept();
    await first.close();

    expect(await collect((await live(store, worker)).get(id)!)).toBe('all done');
    const words = told(server.visits[1]!).at(-1)!.split('\n');
    expect(words.slice(1, -1)).toEqual([
      '- `work` with {"n":1}: it has happened, and answered: did 1',
      '- `work` with {"n":2}: it may have happened. Its answer was lost.',
      '- `work` with {"n":3}: it has happened, and answered: failed: no third',
    ]);
  });

  it('should go on where it had not come to the end of its first step', async () => {
    script = ({ index }) => index === 0 ? { say: 'half of a', then: 'hang' } : { say: 'whole' };
    const store = memoryStore();
    const worker = agent();
    const first = await live(store, worker);
    const { id } = start(first, worker);
    await server.until(() => server.visits.length === 1);
    await first.close();

    const again = (await live(store, worker)).get(id)!;
    expect(await collect(again)).toBe('whole');
    expect(server.visits.map(told)).toEqual([['answer'], ['answer']]);
  });

  it('should keep the steering that it took, and take what waited', async () => {
    script = ({ index }) => {
      if (index === 0) task.steer('only src');
      if (index === 1) task.steer('and tests');
      return index === 0 ? { call: [{ name: 'look' }] } : index === 1 ? { say: 'so', then: 'hang' } : { say: 'done' };
    };
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
    const store = memoryStore();
    const worker = agent({ toolsets: { eyes: { look } } });
    const first = await live(store, worker);
    const task = start(first, worker);
    await server.until(() => server.visits.length === 2);
    await until(() => task.snapshot().preview.includes('so'));
    // No answered request has carried the first one yet.
    expect(task.snapshot().steering).toMatchObject({ queued: 2 });
    await first.close();

    script = ({ index }) => {
      if (index === 2) return { call: [{ name: 'look' }] };
      return index === 3 ? { say: 'on', then: 'hang' } : { say: 'done' };
    };
    const second = await live(store, worker);
    await server.until(() => server.visits.length === 4);
    expect(second.get(task.id)!.snapshot().steering).toMatchObject({ queued: 0, delivered: 2 });
    await second.close();

    const third = await live(store, worker);
    expect(await collect(third.get(task.id)!)).toBe('done');
    const round = ['called {}', 'answered seen'];
    expect(told(server.visits[2]!)).toEqual(['answer', ...round, 'only src', 'and tests']);
    expect(told(server.visits[4]!)).toEqual(['answer', ...round, 'only src', 'and tests', ...round]);
    expect(third.get(task.id)!.snapshot().steering).toEqual({ queued: 0, delivered: 2, missed: 0 });
  });

  it('should keep steering that reads delivered where the step that it came with is not over', async () => {
    const work = tool({
      description: 'Works.', inputSchema: z.object({}), execute: (input, options): Promise<string> => stuck(input, options),
    });
    script = ({ index }) => index === 0 ? { call: [{ name: 'work' }] } : { say: 'done' };
    const store = memoryStore();
    const worker = agent({ toolsets: { hands: { work } } });
    const first = await live(store, worker);
    const task = start(first, worker);
    task.steer('only src');
    await until(() => task.snapshot().steering.delivered === 1);
    await first.close();

    expect(await collect((await live(store, worker)).get(task.id)!)).toBe('done');
    expect(told(server.visits[1]!)).toEqual(['answer', 'only src', expect.stringContaining('may have happened')]);
  });

  it('should count its steps over all its lives', async () => {
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
    script = ({ index }) => index === 1 ? { then: 'hang' } : { call: [{ name: 'look' }] };
    const store = memoryStore();
    const worker = agent({ toolsets: { eyes: { look } }, maxSteps: 2 });
    const first = await live(store, worker);
    const { id } = start(first, worker);
    await server.until(() => server.visits.length === 2);
    await first.close();

    const again = (await live(store, worker)).get(id)!;
    await expect(collect(again)).rejects.toMatchObject({ cause: { reason: 'max_steps' } });
    // The last is the turn in which it is to sum up.
    expect(server.visits.map(({ body }) => body['tool_choice'])).toEqual(['auto', 'auto', 'auto', 'none']);
  });

  it('should do nothing twice, whenever its process ends', async () => {
    let done: number[] = [];
    const work = tool({ description: 'Works.', inputSchema: NUMBERED, execute: ({ n }) => {
      done.push(n);
      return `did ${n}`;
    } });
    // It does what it does not know of: by an answer, or by what it is told may have happened.
    script = (request) => {
      const known = told(request).join('\n');
      const todo = [1, 2, 3].filter((n) => !known.includes(`did ${n}`) && !known.includes(`{"n":${n}}`));
      return todo.length === 0 ? { say: 'all done' } : { call: todo.slice(0, 2).map((n) => ({ name: 'work', input: { n } })) };
    };
    const worker = agent({ toolsets: { hands: { work } } });
    const doneBy: number[] = [];
    const store = crashingStore(() => { doneBy.push(done.length); });
    const first = await live(store, worker);
    const { id } = start(first, worker);
    await collect(first.get(id)!);
    await first.kept();
    const all = done;
    const from = store.facts.findIndex(({ type }) => type === 'created') + 1;
    const to = store.facts.findIndex(({ type }) => type === 'ended');
    expect(to - from).toBeGreaterThan(5);
    let unsure = 0;
    for (let cut = from; cut <= to; cut += 1) {
      done = [];
      const visits = server.visits.length;
      const second = await openSession({ store: store.after(cut), agents: { worker } });
      const again = second.get(id)!;
      if (cut === from) {
        // Nothing was saved, so nothing of it is run again.
        await expect(collect(again)).rejects.toMatchObject({ code: 'interrupted' });
      } else {
        expect(await collect(again)).toBe('all done');
        const both = [...all.slice(0, doneBy[cut - 1]), ...done];
        // What was about to be done counts as done, for whoever looks no further.
        expect(new Set(both).size).toBe(both.length);
        if (both.length < 3) unsure += 1;
        // The last step was over: what it said is the result, and nobody is asked again.
        if (cut === to) expect(server.visits).toHaveLength(visits);
      }
      await second.close();
    }
    // Between the word that a call is about to be made and the call there is one moment for each of them.
    expect(unsure).toBeLessThanOrEqual(3);
  });

  it('should give a provider what a tool has answered, whatever it was', async () => {
    const see = tool({
      description: 'Sees.', inputSchema: z.object({ at: z.string().transform((text) => new Date(text)) }),
      execute: () => ({ big: 5n, nan: NaN, bytes: new Uint8Array([1, 2, 3]) }),
    });
    const show = tool({
      description: 'Shows.', inputSchema: z.object({}), execute: () => 'a picture',
      toModelOutput: () => ({ type: 'text', value: 'a door' }),
    });
    script = ({ index }) => index === 0
      ? { call: [{ name: 'see', input: { at: '2026-01-01T00:00:00.000Z' } }, { name: 'show' }] }
      : index === 1 ? { then: 'hang' } : { say: 'done' };
    const store = memoryStore();
    const worker = agent({ toolsets: { eyes: { see, show } } });
    const first = await live(store, worker);
    const { id } = start(first, worker);
    await server.until(() => server.visits.length === 2);
    await first.close();

    expect(await collect((await live(store, worker)).get(id)!)).toBe('done');
    expect(server.visits[2]!.messages).toEqual(server.visits[1]!.messages);
  });

  it('should be interrupted where what was saved is not its own', async () => {
    const store = memoryStore();
    const other: AgentFunction = (_brief, _steering, { save }) => {
      save({ by: 'sidestream/acp', goal: 'answer', at: {} });
      return NEVER;
    };
    const first = await live(store, Object.assign(other, { onRestart: 'resume' as const }));
    const { id } = first.delegate(other, { goal: 'answer' }, { name: 'worker' });
    await first.close();
    await expect(collect((await live(store, agent())).get(id)!)).rejects.toMatchObject({
      code: 'interrupted', message: expect.stringContaining('sidestream/acp'),
    });
    expect(server.visits).toHaveLength(0);
  });

  it('should begin anew where it is run a second time in one process', async () => {
    script = ({ index }) => ({ say: `answer ${index}` });
    const worker = agent();
    const twice: Agent = (brief, steering, context) => concat(
      ...[1, 2].map(() => worker(brief, steering, context) as Observable<string>),
    );
    const results = run(twice, { goal: 'answer' }).pipe(filter((output) => output.type === 'result'), map(({ value }) => value), toArray());
    expect(await firstValueFrom(results)).toEqual(['answer 0', 'answer 1']);
    expect(server.visits.map(told)).toEqual([['answer'], ['answer']]);
  });

  it('should go on when its process was killed', async () => {
    script = (request) => {
      const known = told(request).join('\n');
      const n = [1, 2, 3].find((each) => !known.includes(`{"n":${each}}`));
      return n === undefined ? { say: 'all done' } : { call: [{ name: 'work', input: { n } }] };
    };
    const known = { url: server.url, notes: file('notes') };
    const notes = async (): Promise<string> => readFile(known.notes, 'utf8').catch(() => '');
    const first = startLife(file('store.db'), module, known);
    await until(async () => (await notes()) === '1\n2\n');
    await first.kill();
    expect(first.events.some((event) => event.type === 'tool')).toBe(true);

    expect(await startLife(file('store.db'), module, known).end()).toMatchObject({ type: 'completed', result: 'all done', attempt: 2 });
    expect(await notes()).toBe('1\n2\n3\n');
    expect(told(server.visits.at(-1)!)).toEqual([
      'do it', 'called {"n":1}', 'answered did 1', expect.stringContaining('may have happened'), 'called {"n":3}', 'answered did 3',
    ]);
  });

  it('should say that it resumes only where it was asked to', () => {
    expect('onRestart' in agent({ onRestart: undefined })).toBe(false);
    expect(agent().onRestart).toBe('resume');
    expect(() => agent({ onRestart: 'always' as never })).toThrow('Expected `onRestart` to be interrupt, restart, resume');
  });
});
