import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { jsonSchema, tool, type LanguageModel } from 'ai';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { model, ModelError } from '../../../src/agents/model/index.js';
import { collect, createSession, NoResultError, NotStartedError, run, type SidestreamError } from '../../../src/index.js';
import { rejection } from '../../support/caught.js';
import { inTurn } from '../../support/modelServer/inTurn.js';
import type { Turn } from '../../support/modelServer/script.js';
import { createRawServer } from './support/createRawServer.js';
import { loopback } from './support/loopback.js';
import { eventsOf, setUp } from './support/setUp.js';
import { until } from '../../support/until.js';
import { holdTime } from '../../support/holdTime.js';

const CASES: readonly (readonly [what: string, turn: Turn, reason: string, message: RegExp, partial: readonly string[]])[] = [
  ['a refused key', { status: 401, message: 'bad key' }, 'unauthorized', /refused the key \(401\): bad key\. Check the API key/, []],
  ['a forbidden model', { status: 403 }, 'unauthorized', /\(403\)/, []],
  ['a rate limit', { status: 429 }, 'rate_limited', /asks for a pause \(429\).*Try again later/, []],
  ['a failure of the provider', { status: 500, message: 'engine' }, 'provider_error', /failed \(500\): engine\. Try again later\./, []],
  ['a timeout of the provider', { status: 408 }, 'provider_error', /failed \(408\)/, []],
  ['a conflict', { status: 409 }, 'provider_error', /failed \(409\)/, []],
  ['an unknown model', { status: 404 }, 'bad_request', /refused the request \(404\).*Check the model's name/, []],
  ['a connection that is cut', { say: ['a', 'b'], then: 'cut' }, 'interrupted', /broke off in the middle/, ['ab']],
  ['a stream without an end', { say: 'a', then: 'end' }, 'interrupted', /broke off in the middle/, ['a']],
  ['garbage', { say: 'a', then: 'garbage' }, 'bad_response', /sent what could not be read/, ['a']],
  ['an error in the stream', { say: 'a', then: 'error' }, 'provider_error', /the engine fell over/, ['a']],
  ['an empty answer', {}, 'empty', /answered nothing at all/, []],
  ['an answer of blanks', { say: [' ', '\n'] }, 'empty', /answered nothing at all/, [' ']],
  ['a stop by length', { say: 'half', finish: 'length' }, 'length', /cut off by its length limit. Raise `maxOut/, ['half', 'half']],
  ['a stop by a filter', { finish: 'content_filter' }, 'content_filter', /content filter/, []],
  ['a stop for an unknown reason', { say: 'a', finish: 'weather' }, 'provider_error', /not known here: weather/, ['a']],
  ['a word that only begins like an end', { say: 'a', finish: 'stopped_by_moderation' }, 'provider_error', /stopped_by_moderation/, ['a']],
  ['a cut before the first word', { then: 'cut' }, 'interrupted', /broke off before its first word/, []],
  ['a stream of nothing', { then: 'end' }, 'bad_response', /sent no part of an answer.*Check the base URL/, []],
];

describe('a model that fails', () => {
  it.each(CASES)('should tell %s apart, and keep what came of it', async (_, turn, reason, message, partial) => {
    await using stage = await setUp(inTurn(turn));
    const task = stage.start();
    const error = await rejection(collect(task)) as SidestreamError;

    expect(error).toMatchObject({ code: reason === 'empty' ? 'no_result' : 'agent_error', message: expect.stringMatching(message) });
    expect(error.message).toMatch(/^.{20,}\.$/);
    expect(error.cause).toBeInstanceOf(ModelError);
    expect(error.cause).toMatchObject({ reason, message: error.message });
    expect(task.snapshot()).toMatchObject({ status: 'failed', preview: partial });
    expect((await eventsOf(task)).at(-1)).toMatchObject({ type: 'failed', error: { name: 'ModelError' } });
    expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
  });

  it.each(['eos', 'EOS_TOKEN', 'end_turn', 'endoftext', 'STOP', 'stop_sequence', 'COMPLETE'])(
    'should accept what providers call the end beside the two common words: %s', async (finish) => {
      await using stage = await setUp(inTurn({ say: 'done', finish }));
      expect(await collect(stage.start())).toBe('done');
    },
  );

  it.each([
    ['a web page', (response: ServerResponse) => { response.setHeader('content-type', 'text/html').end('<html>Welcome</html>'); }],
    ['other JSON', (response: ServerResponse) => { response.setHeader('content-type', 'application/json').end('{"hello":1}'); }],
    ['an empty page', (response: ServerResponse) => { response.end(); }],
    ['no content', (response: ServerResponse) => { response.writeHead(204).end(); }],
  ])('should say to check the base URL where it answers %s', async (_, answer) => {
    await using server = await createRawServer((_request, response) => { answer(response); });
    await using session = createSession();
    const error = await rejection(collect(session.delegate(model({ model: loopback(server) }), { goal: 'x' })));

    expect(error).toMatchObject({
      code: 'agent_error',
      cause: { reason: 'bad_response' },
      message: expect.stringMatching(/sent no part of an answer.*Check the base URL/),
    });
    expect(server.requests).toBe(1);
  });

  describe('by a mistake in its settings', () => {
    const broken = (thrown: Error): LanguageModel => ({
      specificationVersion: 'v3', provider: 'mine', modelId: 'mine', supportedUrls: {}, doStream: () => Promise.reject(thrown),
    }) as unknown as LanguageModel;

    it.each([
      ['a base URL that is none', loopback({ url: 'not a url' }), /to loopback could not be made: Invalid URL.*Check the base URL\.$/],
      ['a TypeError', broken(new TypeError('x is not a function')), /to mine could not be made: x is not a function\. Check the model/],
    ])('should say so at once, and not try again: %s', async (_, given, message) => {
      await using session = createSession();
      // So many pauses would take a minute.
      const task = session.delegate(model({ model: given, maxRetries: 6 }), { goal: 'x' });
      const began = performance.now();

      expect(await rejection(collect(task))).toMatchObject({
        code: 'agent_error', message: expect.stringMatching(message), cause: { reason: 'bad_request' },
      });
      expect(performance.now() - began).toBeLessThan(30_000);
      expect(task.snapshot().preview).toEqual([]);
    });

    it('should still tell the network apart, whichever fetch it is', async () => {
      await using session = createSession();
      const reset = Object.assign(new Error('request failed'), { code: 'ECONNRESET' });
      expect(await rejection(collect(session.delegate(model({ model: broken(reset), maxRetries: 0 }), { goal: 'x' }))))
        .toMatchObject({ code: 'not_started', cause: { reason: 'unreachable' } });
    });
  });

  describe('by its silence', () => {
    it('should fail as not_started, close the request and not try again', async () => {
      using time = holdTime();
      await using stage = await setUp(() => new Promise<never>(() => undefined));
      const task = stage.start({ startTimeout: 60, maxRetries: 2 });
      await stage.server.until(() => stage.server.open === 1);
      time.advance(60);

      expect(await rejection(collect(task))).toMatchObject({
        code: 'not_started',
        message: 'The provider of loopback has not begun to answer within 0.1 s. Try again later, or raise `startTimeout`.',
        cause: { reason: 'no_answer' },
      });
      await stage.server.until(() => stage.server.open === 0);
      expect(stage.server.visits.map(({ state }) => state)).toEqual(['left']);
      expect(await firstValueFrom(task.stopped)).toMatchObject({ stopped: true });
    });

    it.each<[string, (signal: AbortSignal) => Promise<never>]>([
      ['does not listen', () => new Promise<never>(() => undefined)],
      ['has words of its own', (signal) => new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => { reject(new Error('gave up')); });
      })],
    ])('should say the same of a provider that %s when it is aborted', async (_, doStream) => {
      const mute = {
        specificationVersion: 'v3', provider: 'mine', modelId: 'mine', supportedUrls: {},
        doStream: ({ abortSignal }: { readonly abortSignal: AbortSignal }) => doStream(abortSignal),
      } as unknown as LanguageModel;
      await using session = createSession({ cancelGrace: 100 });
      const task = session.delegate(model({ model: mute, startTimeout: 30 }), { goal: 'x' });
      expect(await rejection(collect(task, { timeout: 60_000 }))).toMatchObject({ code: 'not_started', cause: { reason: 'no_answer' } });
    });

    it('should not say not_started in a later step', async () => {
      using time = holdTime();
      await using stage = await setUp(({ index }) => index === 0 ? { call: [{ name: 'look' }] } : new Promise<never>(() => undefined));
      const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => 'seen' });
      const task = stage.start({ startTimeout: 60, toolsets: { eyes: { look } } });
      await stage.server.until(() => stage.server.visits.length === 2);
      time.advance(60);

      expect(await rejection(collect(task))).toMatchObject({
        code: 'agent_error',
        cause: { reason: 'interrupted' },
        message: expect.stringMatching(/^The connection was lost after 1 step\. .*has not begun/),
      });
    });

    it('should leave a model and a tool alone that have begun', async () => {
      using time = holdTime();
      const slow = tool({ description: 'Slow.', inputSchema: z.object({}), execute: () => { time.advance(400); return 'seen'; } });
      async function* say() {
        for (const token of ['a', 'b', 'c']) {
          yield token;
          await until(() => task.snapshot().preview.at(-1)?.endsWith(token) === true);
          time.advance(120);
        }
      }
      await using stage = await setUp(({ index }) => index === 0 ? { call: [{ name: 'slow' }] } : { say: say() });
      const task = stage.start({ startTimeout: 300, toolsets: { some: { slow } } });
      expect(await collect(task)).toBe('abc');
    });
  });

  it('should count the tokens of an answer that was cut off', async () => {
    await using stage = await setUp(inTurn({ say: 'half', finish: 'length', usage: { input: 7, output: 3 } }, { status: 400 }));
    const task = stage.start();
    await eventsOf(task);
    expect(task.snapshot().usage).toEqual({ inputTokens: 7, outputTokens: 3 });
  });

  it('should be no_result as a class, too, where it is empty', async () => {
    await using stage = await setUp(inTurn({}));
    expect(await rejection(collect(stage.start()))).toBeInstanceOf(NoResultError);
  });

  it('should say not_started where there is nobody to connect to', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => { server.close(resolve); });
    await using session = createSession();
    const agent = model({ model: loopback({ url: `http://127.0.0.1:${port}/v1` }), maxRetries: 0 });
    const error = await rejection(collect(session.delegate(agent, { goal: 'x' })));

    expect(error).toBeInstanceOf(NotStartedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/could not be reached.*ECONNREFUSED.*Check the network and the base URL\.$/),
      cause: { reason: 'unreachable' },
    });
  });

  it('should not say not_started where it was lost on the way', async () => {
    const look = tool({ description: 'Looks.', inputSchema: z.object({}), execute: () => stage.server.close() });
    await using stage = await setUp(inTurn({ call: [{ name: 'look' }] }));
    const error = await rejection(collect(stage.start({ toolsets: { eyes: { look } } })));

    expect(error).toMatchObject({ code: 'agent_error', message: expect.stringMatching(/^The connection was lost after 1 step\./) });
    expect(error).toMatchObject({ cause: { reason: 'interrupted' } });
  });

  it('should fail as itself on the error channel of run()', async () => {
    await using stage = await setUp(inTurn({ status: 429, headers: { 'retry-after': '7' } }));
    const error = await rejection(lastValueFrom(run(stage.agent(), { goal: 'x' })));

    expect(error).toMatchObject({ name: 'ModelError', reason: 'rate_limited', statusCode: 429, retryAfter: 7_000 });
    expect(error).toMatchObject({ message: expect.stringContaining('Try again in 7 s') });
  });

  it('should not show the key', async () => {
    await using stage = await setUp(inTurn({ status: 401 }));
    const error = await rejection(collect(stage.start())) as Error;
    expect(error.message).not.toContain('sk-loopback');
  });

  describe('trying again', () => {
    it('should try again what passes, after the pause that was asked for, and say so', async () => {
      await using stage = await setUp(inTurn(
        { status: 429, headers: { 'retry-after': '0' } }, { status: 503, headers: { 'retry-after-ms': '5' } }, { say: 'ok' },
      ));
      const task = stage.start({ maxRetries: 2 });

      expect(await collect(task)).toBe('ok');
      expect(task.snapshot().preview).toEqual([
        'The provider answered 429; trying again in 0 s (1 of 2).', 'The provider answered 503; trying again in 0 s (2 of 2).', 'ok',
      ]);
    });

    it.each([[{ status: 408 }, 'The provider answered 408'], [{ then: 'cut' }, 'The answer broke off before its first word']] as const)(
      'should try again after %j', async (turn, words) => {
        await using stage = await setUp(inTurn(turn, { say: 'ok' }));
        const task = stage.start({ maxRetries: 2 });
        expect(await collect(task)).toBe('ok');
        const said = expect.stringMatching(`^${words}; trying again in (1(\\.\\d)?|2) s \\(1 of 2\\)\\.$`) as unknown;
        expect(task.snapshot().preview).toEqual([said, 'ok']);
      },
    );

    it('should read a pause that is given as a date', async () => {
      const at = new Date(Date.now() + 600_000).toUTCString();
      await using stage = await setUp(inTurn({ status: 429, headers: { 'retry-after': at } }));
      const { retryAfter } = await rejection(lastValueFrom(run(stage.agent(), { goal: 'x' }))) as ModelError;
      expect(retryAfter).toBeGreaterThan(400_000);
      expect(retryAfter).toBeLessThanOrEqual(600_000);
    });

    it('should wait a second where no pause was asked for', async () => {
      await using stage = await setUp(inTurn({ status: 500 }, { say: 'ok' }));
      const began = performance.now();

      expect(await collect(stage.start({ maxRetries: 2 }))).toBe('ok');
      expect(performance.now() - began).toBeGreaterThan(900);
    });

    it('should not come back before the pause is over, nor say so of another time', async () => {
      await using stage = await setUp(({ index }) => index < 4 ? { status: 429, headers: { 'retry-after-ms': '300' } } : { say: 'ok' });
      const tasks = Array.from({ length: 4 }, () => stage.start({ maxRetries: 2 }));
      expect(await Promise.all(tasks.map((task) => collect(task)))).toEqual(['ok', 'ok', 'ok', 'ok']);

      const said = tasks.map((task) => task.snapshot().preview[0]!);
      for (const words of said) expect(words).toMatch(/^The provider answered 429; trying again in 0\.[3-6] s \(1 of 2\)\.$/);
      expect(stage.server.visits).toHaveLength(8);
    });

    it('should try no more often than it may', async () => {
      await using stage = await setUp(inTurn({ status: 500, headers: { 'retry-after': '0' } }));
      await expect(collect(stage.start({ maxRetries: 3 }))).rejects.toMatchObject({ cause: { statusCode: 500 } });
      expect(stage.server.visits).toHaveLength(4);
    });

    it.each([
      ['a pause of more than a quarter of an hour', { status: 429, headers: { 'retry-after': '901' } }],
      ['what does not pass', { status: 401 }],
      ['what has been streamed in part', { say: 'a', then: 'error' }],
    ] as const)('should not try again after %s', async (_, turn) => {
      await using stage = await setUp(inTurn(turn));
      await expect(collect(stage.start({ maxRetries: 3 }))).rejects.toMatchObject({ cause: { name: 'ModelError' } });
      expect(stage.server.visits).toHaveLength(1);
    });
  });

  it('should run tools of any schema kind', async () => {
    const echo = tool({
      description: 'Echoes.', inputSchema: jsonSchema<{ word: string }>({ type: 'object', properties: { word: { type: 'string' } } }),
      execute: ({ word }) => word,
    });
    await using stage = await setUp(inTurn({ call: [{ name: 'echo', input: { word: 'hi' } }] }, { say: 'ok' }));
    expect(await collect(stage.start({ toolsets: { some: { echo } } }))).toBe('ok');
  });
});
