import { describe, expect, it, jest } from '@jest/globals';
import { HttpAgent } from '@ag-ui/client';
import { firstValueFrom, map, retry, Subject, switchMap, timer } from 'rxjs';
import { agUi, agUiEvents } from '../../../src/agents/agUi/index.js';
import { collect, createSession, fromAsync, line, lines, result, run, step, tool, usage, type Task } from '../../../src/index.js';
import { createAgUiServer, type Reply } from './support/createAgUiServer.js';
import { finished, message, started } from './support/events.js';
import { holdTime } from '../../support/holdTime.js';

const brief = { goal: 'go' };
const at = (url: string, options?: Parameters<typeof agUi>[1]) => agUi(new HttpAgent({ url }), options);
const printed = (task: Task): Promise<string> => firstValueFrom(task.events.pipe(lines()));

describe('agUi over HTTP', () => {
  describe('faults', () => {
    const faults: [string, (reply: Reply) => void, string][] = [
      ['401', (reply) => reply.refuse(401, '{"error":"no key"}', 'application/json'), 'HTTP 401: {"error":"no key"}. Check the headers'],
      ['500', (reply) => reply.refuse(500, 'it broke'), 'HTTP 500: it broke.'],
      ['a page that is no stream of events', (reply) => { reply.raw('<html>'); reply.end(); }, 'without a single event'],
      ['garbage in a frame', (reply) => { reply.raw('data: {"type":\n\n'); }, 'what is no AG-UI event'],
      ['a frame without a type', (reply) => { reply.raw('data: {}\n\n'); }, 'no event type'],
      ['a cut before the first event', (reply) => { reply.raw(': hello\n\n'); setTimeout(() => reply.cut(), 10); },
        'was cut before its run was finished'],
    ];

    it.each(faults)('should fail with a sentence, and close the request: %s', async (_name, answer, words) => {
      const error = jest.spyOn(console, 'error').mockImplementation(() => {});
      await using server = await createAgUiServer((_input, reply) => { answer(reply); });
      const task = createSession().delegate(at(server.url), brief);
      await expect(collect(task)).rejects.toMatchObject({ code: 'agent_error', message: expect.stringContaining(words) });
      await server.until(() => server.open === 0);
      expect(error).not.toHaveBeenCalled();
      error.mockRestore();
    });

    it('should keep what was said before the connection was cut', async () => {
      let cut = (): void => undefined;
      await using server = await createAgUiServer((input, reply) => {
        for (const each of [started(input), ...message('1', 'one')]) reply.send(each);
        cut = () => { reply.cut(); };
      });
      const task = createSession().delegate(at(server.url), brief);
      await printed(task);
      cut();
      await expect(collect(task)).rejects.toThrow('was cut before its run was finished');
      expect(task.snapshot().preview).toEqual(['one']);
    });

    it('should keep what came in one chunk with garbage', async () => {
      await using server = await createAgUiServer((input, reply) => {
        reply.raw([started(input), ...message('1', 'one')].map((each) => `data: ${JSON.stringify(each)}\n\n`).join('') + 'data: {\n\n');
      });
      const task = createSession().delegate(at(server.url), brief);
      await expect(collect(task)).rejects.toThrow('what is no AG-UI event');
      expect(task.snapshot().preview).toEqual(['one']);
    });

    it('should fail as not_started where nobody listens', async () => {
      const url = await addressOfNobody();
      const task = createSession().delegate(at(url), brief);
      await expect(collect(task)).rejects.toMatchObject({
        code: 'not_started', message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED.*\. Check that it runs/),
      });
    });

    it('should fail as not_started where the server never answers, and close the request', async () => {
      using time = holdTime();
      await using server = await createAgUiServer(() => {});
      const task = createSession().delegate(at(server.url, { startTimeout: 50 }), brief);
      await server.until(() => server.open === 1);
      time.advance(50);
      await expect(collect(task)).rejects.toMatchObject({ code: 'not_started' });
      await server.until(() => server.visits[0]?.state === 'left');
    });

    it('should try again with retry, each time with a request of its own', async () => {
      await using server = await createAgUiServer((input, reply) => {
        if (server.visits.length < 3) reply.refuse(503, 'busy');
        else for (const each of [started(input), ...message('1', 'done'), finished(input)]) reply.send(each);
        reply.end();
      });
      const task = createSession().delegate((...given) => run(at(server.url), given[0]).pipe(retry(2)), brief);
      expect(await collect(task)).toBe('done');
      expect(server.visits).toHaveLength(3);
    });
  });

  describe('stopping', () => {
    const hanging = () => createAgUiServer((input, reply) => {
      for (const each of [started(input), ...message('1', 'working')]) reply.send(each);
    });

    it('should close the request when the task is cancelled, and be stopped', async () => {
      await using server = await hanging();
      const task = createSession().delegate(at(server.url), brief);
      await printed(task);
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      await server.until(() => server.visits[0]!.state === 'left');
    });

    it('should send no request where it is cancelled in the frame of its start', async () => {
      await using server = await hanging();
      const task = createSession().delegate(at(server.url), brief);
      task.cancel();
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
      await firstValueFrom(timer(30));
      expect(server.visits).toEqual([]);
    });

    it('should close the request when switchMap goes on to another', async () => {
      await using server = await hanging();
      const next = new Subject<void>();
      const watching = next.pipe(switchMap(() => run(at(server.url), brief))).subscribe();
      next.next();
      await server.until(() => server.open === 1);
      next.next();
      await server.until(() => server.visits.length === 2 && server.visits[0]!.state === 'left');
      expect(server.open).toBe(1);
      watching.unsubscribe();
      await server.until(() => server.open === 0);
    });

    it('should end with RUN_FINISHED, and close the request, where the server leaves it open', async () => {
      await using server = await createAgUiServer((input, reply) => {
        for (const each of [started(input), ...message('1', 'done'), finished(input)]) reply.send(each);
      });
      expect(await collect(createSession().delegate(at(server.url), brief))).toBe('done');
      await server.until(() => server.visits[0]!.state === 'left');
    });
  });

  describe('a conversation', () => {
    it('should go on in a second request with all that was said, the headers too', async () => {
      let endFirst = (): void => undefined;
      await using server = await createAgUiServer((input, reply) => {
        reply.send(started(input));
        const first = server.visits.length === 1;
        for (const each of message(input.runId, first ? 'one' : 'two')) reply.send(each);
        const end = (): void => {
          reply.send(finished(input));
          reply.end();
        };
        if (first) endFirst = end;
        else end();
      });
      const agent = new HttpAgent({ url: server.url, headers: { authorization: 'Bearer x' } });
      const task = createSession().delegate(agUi(agent), brief);
      await printed(task);
      const receipt = task.steer('more');
      endFirst();
      expect(await collect(task)).toBe('two');
      expect(await firstValueFrom(receipt.settled)).toMatchObject({ state: 'delivered' });
      expect(server.visits.map(({ headers }) => headers.authorization)).toEqual(['Bearer x', 'Bearer x']);
      expect(server.visits[1]!.input).toMatchObject({
        threadId: server.visits[0]!.input.threadId,
        messages: [{ role: 'user', content: 'go' }, { role: 'assistant', content: 'one' }, { role: 'user', content: 'more' }],
      });
    });
  });

  describe('there and back', () => {
    it('should be the same lines, steps, tools, usage and result on the other side', async () => {
      const far = () => [
        line('one'), line(''), tool('look', 'started', '{"at":1}'), tool('look', 'ended', 'nothing'),
        usage({ inputTokens: 3, outputTokens: 4 }), step(), line('two'), result({ answer: 42 }),
      ];
      const there = createSession();
      await using server = await createAgUiServer((input, reply) => {
        const { threadId, runId, messages } = input;
        there.delegate(far, { goal: messages.at(-1)!.content as string }).events.pipe(agUiEvents({ threadId, runId })).subscribe({
          next: (each) => reply.send(each), complete: () => reply.end(),
        });
      });
      const task = createSession().delegate(at(server.url), brief);
      expect(await collect(task)).toEqual({ answer: 42 });
      const local = createSession().delegate(far, brief);
      await collect(local);
      const plain = (each: Task) => ({ preview: each.snapshot().preview, usage: each.snapshot().usage });
      expect(plain(task)).toEqual(plain(local));
      expect(there.list()[0]!.goal).toBe('go');
    });

    it('should cancel the far task when the near one is cancelled', async () => {
      const stopped = jest.fn();
      const far = fromAsync((_brief, { signal, print }) => {
        signal.addEventListener('abort', stopped);
        print('working');
        return new Promise(() => {});
      });
      await using server = await createAgUiServer((input, reply) => {
        const working = run(far, brief).pipe(agUiEvents({ runId: input.runId }), map((each) => `data: ${JSON.stringify(each)}\n\n`))
          .subscribe((frame) => reply.raw(frame));
        reply.onLeft(() => { working.unsubscribe(); });
      });
      const task = createSession().delegate(at(server.url), brief);
      await printed(task);
      task.cancel();
      await server.until(() => server.visits[0]!.state === 'left');
      expect(stopped).toHaveBeenCalledTimes(1);
    });

    it('should fail where the far task failed or was cancelled', async () => {
      const there = createSession();
      await using server = await createAgUiServer((input, reply) => {
        const task = there.delegate(() => { throw new Error('out of paper'); }, brief);
        const other = there.delegate(() => new Promise<never>(() => {}), brief);
        const which = input.messages.at(-1)!.content === 'fail' ? task : other;
        which.events.pipe(agUiEvents()).subscribe({ next: (each) => reply.send(each), complete: () => reply.end() });
        other.cancel('enough');
      });
      await expect(collect(createSession().delegate(at(server.url), { goal: 'fail' }))).rejects.toThrow(/out of paper$/);
      await expect(collect(createSession().delegate(at(server.url), { goal: 'x' }))).rejects.toThrow('cancelled on its side');
    });
  });
});

/** Where a server was that is gone. */
async function addressOfNobody(): Promise<string> {
  await using server = await createAgUiServer(() => {});
  return server.url;
}
