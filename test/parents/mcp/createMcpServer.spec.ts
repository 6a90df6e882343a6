import { describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { map, NEVER, Subject, timer } from 'rxjs';
import { createSession, line, result, type Agent, type AgentOutput, type Session } from '../../../src/index.js';
import { createMcpServer, type McpOptions } from '../../../src/parents/mcp/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { connectHttp } from '../../support/parents/connectHttp.js';
import { recorded, type Recorded } from '../../support/parents/recorded.js';
import { holdTime } from '../../support/holdTime.js';
import { until } from '../../support/until.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of all tools
type Answer = any;

/** A session whose agents end when they are told to, and the official client over HTTP. */
async function stage(test: (at: {
  readonly session: Session;
  readonly client: Client;
  readonly logs: unknown[];
  /** The calls that have reached a tool. */
  readonly calls: readonly Recorded[];
  readonly ends: ReadonlyMap<string, Subject<AgentOutput>>;
  call(name: string, input?: Record<string, unknown>, options?: Parameters<Client['callTool']>[2]): Promise<Answer>;
}) => Promise<void>, options: McpOptions = {}): Promise<void> {
  const ends = new Map<string, Subject<AgentOutput>>();
  const worker: Agent = ({ goal }) => {
    const end = new Subject<AgentOutput>();
    ends.set(goal, end);
    return end;
  };
  await using session = createSession();
  const calls: Recorded[] = [];
  const client = new Client({ name: 'spec', version: '1' });
  const logs: unknown[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => { logs.push(params); });
  const server = createMcpServer(session, recorded(createToolset(session, { agents: { worker } }), calls), options);
  await using connected = await connectHttp(server, client);
  await test({
    session, client: connected.client, logs, ends, calls,
    call: async (name, input = {}, more) => (await client.callTool({ name, arguments: input }, undefined, more)).structuredContent,
  });
}

const pause = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });

describe('createMcpServer', () => {
  it('should present itself, and say what its tools do to the world', async () => {
    await stage(async ({ client }) => {
      expect(client.getServerVersion()).toEqual({ name: 'agents', version: '7' });
      expect(client.getInstructions()).toContain('delegate_task_async');
      expect(client.getServerCapabilities()).toEqual({ tools: {}, logging: {} });
      const { tools } = await client.listTools();
      const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint]));
      expect(hints).toEqual({
        delegate_task_async: undefined, delegate_task: undefined, steer_task: false, answer_task: false, cancel_task: false,
        check_task: true, collect_task: true, list_tasks: true, wait_for_tasks: false,
      });
    }, { name: 'agents', version: '7' });
  });

  it('should answer as JSON in text and as data, and mark a refusal as an error', async () => {
    await stage(async ({ client }) => {
      const good = await client.callTool({ name: 'list_tasks' });
      const { structuredContent } = good;
      expect(good).toEqual({ content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent });
      expect(good.structuredContent).toMatchObject({ ok: true, total: 0 });
      for (const [name, code] of [['check_task', 'task_not_found'], ['start_task', 'invalid_argument']] as const) {
        expect(await client.callTool({ name, arguments: { task_id: 'worker-000000' } })).toMatchObject({
          isError: true, structuredContent: { ok: false, code, error: expect.any(String) },
        });
      }
    });
  });

  it.each([
    ['collect_task', {}],
    ['collect_task', { timeout: 300 }],
    ['delegate_task', { goal: 'other', timeout: 300 }],
    ['wait_for_tasks', { timeout: 300 }],
    ['wait_for_tasks', { timeout: null }],
  ])('should answer %s %j before the host loses patience, say so, and leave the task running', async (name, input) => {
    await stage(async ({ call }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      const began = performance.now();
      const answer = await call(name, name === 'collect_task' ? { ...input, task_id } : input);
      expect(performance.now() - began).toBeLessThan(30_000);
      expect(answer).toMatchObject({ ok: true, timed_out: true, timeout: 0.2 });
      expect(answer.message).toContain('A call waits at most 0.2 seconds here');
      expect(await call('check_task', { task_id })).toMatchObject({ status: 'running' });
    }, { maxWait: 200 });
  });

  it('should say nothing of a shorter wait that ran out, and refuse what is no time', async () => {
    await stage(async ({ call }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      const answer = await call('collect_task', { task_id, timeout: 0.05 });
      expect(answer).toMatchObject({ timed_out: true, timeout: 0.05 });
      expect(answer.message).not.toContain('at most');
      expect(await call('collect_task', { task_id, timeout: 'long' })).toMatchObject({ ok: false, code: 'invalid_argument' });
      expect(await call('collect_task', { task_id, timeout: -1 })).toMatchObject({ ok: false, code: 'invalid_argument' });
    }, { maxWait: 200 });
  });

  it('should send progress while it waits, where the client asks for it, with the last line', async () => {
    await stage(async ({ call, ends }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      ends.get('one')!.next(line('reading \u001b[31mpage 3'));
      const seen: { readonly progress: number; readonly message?: string | undefined }[] = [];
      const waiting = call('collect_task', { task_id, timeout: 300 }, { onprogress: (progress) => { seen.push(progress); } });
      await until(() => seen.length >= 3);
      ends.get('one')!.next(result('read'));
      ends.get('one')!.complete();
      expect(await waiting).toMatchObject({ status: 'completed', summary: 'read' });
      expect(seen[0]!.message).toBe(`${task_id} running: reading page 3`);
      expect(seen.map(({ progress }) => progress)).toEqual([...seen.map(({ progress }) => progress)].sort((a, b) => a - b));
      const count = seen.length;
      await pause(60);
      expect(seen).toHaveLength(count);
    }, { progressEvery: 20 });
  });

  it('should send progress within the first second of a call that waits, however seldom it does so later', async () => {
    await stage(async ({ call }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      let heard = 0;
      const waiting = call('collect_task', { task_id, timeout: 300 }, { onprogress: () => { heard += 1; } });
      expect(await waiting).toMatchObject({ timed_out: true });
      expect(heard).toBe(1);
    }, { progressEvery: 60_000, maxWait: 1_000 });
  });

  it('should answer as the schema of its answers says, which the official client checks', async () => {
    await stage(async ({ client, call, ends }) => {
      const { tools } = await client.listTools();
      for (const { outputSchema } of tools) {
        expect(outputSchema).toMatchObject({ type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] });
        expect(JSON.stringify(outputSchema)).not.toContain('additionalProperties":false');
      }
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      await call('steer_task', { task_id, message: 'left' });
      await call('check_task', { task_id });
      await call('collect_task', { task_id, timeout: 0 });
      ends.get('one')!.next(line('a'));
      ends.get('one')!.error(new Error('broken'));
      await call('list_tasks');
      for (const name of ['check_task', 'collect_task', 'cancel_task', 'steer_task']) await call(name, { task_id, message: 'x' });
      const { task_id: other } = await call('delegate_task', { goal: 'two', timeout: 0 });
      await call('delegate_task_async', { goal: 'three' });
      ends.get('three')!.next(result({ rows: [1, null] } as never));
      ends.get('three')!.complete();
      await call('wait_for_tasks', { timeout: 1 });
      await call('cancel_task', { task_id: other });
      for (const { name } of tools) expect(await call(name, { task_id: 7, goal: 7 })).toMatchObject({ ok: expect.any(Boolean) });
    });
  });

  it('should keep a client waiting that drops what is silent, and not one that it sends nothing', async () => {
    await stage(async ({ call, calls }) => {
      using time = holdTime();
      let heard = 0;
      const onprogress = (): void => { heard += 1; };
      const waiting = call('delegate_task', { goal: 'one' }, { timeout: 100, resetTimeoutOnProgress: true, onprogress });
      await until(() => calls.length === 1);
      for (let n = 1; n < 20; n++) {
        time.advance(20);
        await until(() => heard === n);
      }
      time.advance(20);
      expect(await waiting).toMatchObject({ timed_out: true });
      const refused = expect(call('delegate_task', { goal: 'two' }, { timeout: 100 })).rejects.toThrow('timed out');
      await until(() => calls.length === 2);
      time.advance(100);
      await refused;
    }, { progressEvery: 20, maxWait: 400 });
  });

  it('should stop waiting when the client cancels, and never the task', async () => {
    await stage(async ({ call, session, ends, calls }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      const controller = new AbortController();
      const waiting = call('collect_task', { task_id }, { signal: controller.signal });
      await until(() => calls.length === 2);
      controller.abort('enough');
      await expect(waiting).rejects.toThrow();
      // The client has gone at once, and says so by a request of its own.
      await until(() => calls[1]!.answer !== undefined);
      expect(session.get(task_id)!.snapshot().status).toBe('running');
      ends.get('one')!.next(result('done'));
      ends.get('one')!.complete();
      // What the cancelled call was not told, the next one is.
      expect((await call('list_tasks')).ended).toMatchObject([{ task_id, summary: 'done' }]);
    });
  });

  it('should show endings as log messages, and tell them at the head of the next answer, once', async () => {
    await stage(async ({ client, call, ends, logs }) => {
      const ids: string[] = [];
      for (const goal of ['one', 'two', 'three']) ids.push((await call('delegate_task_async', { goal })).task_id);
      ends.get('one')!.next(result('first'));
      ends.get('one')!.complete();
      ends.get('two')!.error(new Error('broken'));
      await until(() => logs.length > 0);
      expect(logs).toEqual([{ level: 'warning', logger: 'sidestream', data: { ended: [
        expect.objectContaining({ task_id: ids[0], status: 'completed', summary: 'first' }),
        expect.objectContaining({ task_id: ids[1], status: 'failed', error: 'broken' }),
      ] } }]);
      const { content, structuredContent } = await client.callTool({ name: 'check_task', arguments: { task_id: ids[2] } }) as Answer;
      expect(content[0].text).toMatch(/^\{"ended":\[/);
      // The one that failed first.
      const ended = [{ task_id: ids[1] }, { task_id: ids[0] }];
      expect(structuredContent).toMatchObject({ ok: true, task_id: ids[2], status: 'running', ended });
      expect((await call('list_tasks')).ended).toBeUndefined();
    });
  });

  it('should tell nobody a second time of what an answer has told by itself, in a log neither', async () => {
    await stage(async ({ call, calls, ends, logs }) => {
      const { task_id } = await call('delegate_task_async', { goal: 'one' });
      const waiting = call('collect_task', { task_id, timeout: 100 });
      await until(() => calls.length === 2);
      ends.get('one')!.next(result('done'));
      ends.get('one')!.complete();
      const collected = await waiting;
      expect(collected).toMatchObject({ summary: 'done' });
      expect(collected.ended).toBeUndefined();
      expect((await call('list_tasks')).ended).toBeUndefined();
      await pause(250);
      expect(logs).toEqual([]);
    });
  });

  it('should gather a burst of endings into few log messages', async () => {
    await stage(async ({ call, ends, logs }) => {
      for (let n = 0; n < 16; n++) await call('delegate_task_async', { goal: `${n}` });
      for (const end of ends.values()) {
        end.next(result('done'));
        end.complete();
      }
      await until(() => logs.length > 0);
      await pause(300);
      expect(logs).toHaveLength(1);
      expect((await call('list_tasks')).ended).toHaveLength(16);
    });
  });

  it('should put what has ended before the list that wait_for_tasks has of its own', async () => {
    await stage(async ({ call, ends }) => {
      const ids: string[] = [];
      for (const goal of ['one', 'two']) ids.push((await call('delegate_task_async', { goal })).task_id);
      for (const end of ends.values()) {
        end.next(result('done'));
        end.complete();
      }
      const { ended } = await call('wait_for_tasks', { task_ids: [ids[1]] });
      expect(ended).toMatchObject(ids.map((task_id) => ({ task_id })));
      expect((await call('list_tasks')).ended).toBeUndefined();
    });
  });

  it('should tell with the next answer what went into a line that was broken', async () => {
    await using session = createSession();
    const server = createMcpServer(session, createToolset(session, { agents: { quick: () => timer(10).pipe(map(() => result('done'))) } }));
    const client = new Client({ name: 'spec', version: '1' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    let broken = false;
    const send = ours.send.bind(ours);
    ours.send = async (message, options) => {
      if (broken && 'result' in message) throw new Error('No connection');
      await send(message, options);
    };
    await Promise.all([server.connect(ours), client.connect(theirs)]);
    await client.callTool({ name: 'delegate_task_async', arguments: { goal: 'x' } });
    await until(() => session.list()[0]!.status === 'completed');
    broken = true;
    await expect(client.callTool({ name: 'list_tasks' }, undefined, { timeout: 50 })).rejects.toThrow('timed out');
    broken = false;
    const told = [await client.callTool({ name: 'list_tasks' }), await client.callTool({ name: 'list_tasks' })] as Answer[];
    expect(told.map(({ structuredContent }): unknown => structuredContent.ended?.length)).toEqual([1, undefined]);
    await client.close();
  });

  it('should listen to its session no more when the connection is closed', async () => {
    await using session = createSession();
    const server = createMcpServer(session, createToolset(session, { agents: { never: () => NEVER } }));
    await (await connectHttp(server))[Symbol.asyncDispose]();
    session.delegate(() => ['x'], { goal: 'x' });
    await pause(200);
  });

  it('should refuse options that it does not know', () => {
    const session = createSession();
    const toolset = createToolset(session, { agents: { one: () => ['x'] } });
    expect(() => createMcpServer(session, toolset, { maxwait: 1 } as never)).toThrow('Unknown field `maxwait`');
    expect(() => createMcpServer(session, toolset, { maxWait: 0 })).toThrow('Expected `maxWait` to be a number of milliseconds');
    expect(() => createMcpServer({} as never, toolset)).toThrow('Expected `scope`');
    expect(() => createMcpServer(session, undefined as never)).toThrow('Expected `toolset`');
  });
});
