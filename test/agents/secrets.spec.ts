import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { HttpAgent } from '@ag-ui/client';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { firstValueFrom } from 'rxjs';
import { acp } from '../../src/agents/acp/index.js';
import { agUi } from '../../src/agents/agUi/index.js';
import { command } from '../../src/agents/command/index.js';
import { model } from '../../src/agents/model/index.js';
import { createSession, outcome, type Agent } from '../../src/index.js';
import { serveHttp } from '../../src/parents/mcp/index.js';

const SECRET = 'hunter2-correct-horse-battery';
const KEY = 'sk-proj-0123456789abcdefghij';

/** All that is said of a task that fails. */
async function saidOf(agent: Agent<unknown>, goal = 'go'): Promise<string> {
  await using session = createSession();
  const task = session.delegate(agent, { goal });
  const end = await firstValueFrom(task.events.pipe(outcome()));
  expect(end.type).toBe('failed');
  return JSON.stringify([end, task.snapshot()]);
}

/** A server that repeats what it was sent, as providers do. */
async function parrot(status: number) {
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `Incorrect key: ${request.headers.authorization} for ${request.url}` } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => { await new Promise((resolve) => { server.close(resolve); }); },
  };
}
const modelAt = (baseURL: string, apiKey: string, headers = {}): Agent<unknown> =>
  model({ model: createOpenAICompatible({ name: 'p', baseURL, apiKey })('m'), headers, maxRetries: 0 });

describe('no secret is said', () => {
  it('by a model whose provider repeats the key', async () => {
    await using server = await parrot(401);
    const said = await saidOf(modelAt(`http://${server.host}/v1`, KEY));
    expect(said).toContain('Incorrect key');
    expect(said).not.toContain(KEY.slice(8));
  });

  it('by a model whose key cannot stand in a header, which the network repeats', async () => {
    await using server = await parrot(401);
    const said = await saidOf(modelAt(`http://${server.host}/v1`, `${SECRET}\n${SECRET}`));
    expect(said).not.toContain('hunter2');
  });

  it('by a model whose headers the provider repeats', async () => {
    await using server = await parrot(400);
    expect(await saidOf(modelAt(`http://${server.host}/v1`, 'x', { authorization: SECRET }))).not.toContain(SECRET);
  });

  it('by a model whose base URL has a password', async () => {
    expect(await saidOf(modelAt(`http://me:${SECRET}@127.0.0.1:9/v1`, 'x'))).not.toContain(SECRET);
  });

  it.each(['127.0.0.1:9', '127.0.0.1'])('by an AG-UI agent whose url has a password and a key, at %s', async (host) => {
    const url = `http://me:${SECRET}@${host}/run?key=${SECRET}`;
    expect(await saidOf(agUi(new HttpAgent({ url })))).not.toContain(SECRET);
  });

  it('by an AG-UI agent that repeats a header, or cannot be given one', async () => {
    await using server = await parrot(401);
    const url = `http://${server.host}/run`;
    for (const token of [`Bearer ${SECRET}`, `Bearer ${SECRET}\n${SECRET}`]) {
      expect(await saidOf(agUi(new HttpAgent({ url, headers: { authorization: token } })))).not.toContain('hunter2');
    }
  });

  it('by a program that cannot be started, or complains of its key', async () => {
    expect(await saidOf(command('echo', ['--key', `${SECRET}\0`]))).not.toContain(SECRET);
    expect(await saidOf(command('/nowhere/tool', [SECRET], { env: { API_KEY: SECRET } }))).not.toContain(SECRET);
    const complains = command('sh', ['-c', 'echo "bad API_KEY=$API_KEY" >&2; exit 1'], { env: { API_KEY: SECRET } });
    expect(await saidOf(complains)).not.toContain(SECRET);
  });

  it('by a program that writes the value of a variable that it was given by name', async () => {
    const plain = 'abcdefgh12345678';
    process.env['SPEC_TOKEN'] = `${plain}-own`;
    const script = 'echo "bad key $API_KEY and $SPEC_TOKEN in $LANG" >&2; exit 3';
    const env = { API_KEY: plain, SPEC_TOKEN: true, LANG: 'C.UTF-8-long' };
    try {
      await using session = createSession();
      for (const agent of [command('sh', ['-c', script], { env }), acp({ command: 'sh', args: ['-c', script], env })]) {
        const end = await firstValueFrom(session.delegate(agent as Agent<unknown>, { goal: 'go' }).events.pipe(outcome()));
        expect(end).toMatchObject({ error: { message: expect.stringMatching(/bad key … and … in C.UTF-8-long/) } });
      }
      const several = command('sh', ['-c', 'echo "$CERT" >&2; exit 3'], { env: { CERT: `first-of-two\nsecond-of-two\n` } });
      expect(await saidOf(several)).not.toMatch(/-of-two/);
    } finally {
      delete process.env['SPEC_TOKEN'];
    }
  });

  it('by an ACP agent that ends, or wants a login, with words about its key', async () => {
    const script = `echo "refused ${KEY}" >&2; exit 1`;
    const error = { code: -32_000, message: `Authentication required: ${KEY}`, data: { token: SECRET } };
    expect(await saidOf(acp({ command: 'sh', args: ['-c', script] }))).not.toContain(KEY.slice(8));
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 0, error });
    const said = await saidOf(acp({ command: 'sh', args: ['-c', `read -r _; echo '${answer}'; sleep 1`] }));
    expect(said).toContain('Authentication required');
    expect(said).not.toMatch(/0123456789|hunter2/);
  });

  it.each<[string, () => unknown]>([
    ['arguments', () => command('tool', SECRET as never)],
    ['an environment', () => command('tool', [], { env: SECRET as never })],
    ['headers', () => model({ model: 'm', headers: SECRET as never })],
    ['settings of a provider', () => model({ model: 'm', providerOptions: SECRET as never })],
  ])('by the check of %s', (_, make) => {
    expect(make).toThrow(/got a string of \d+ characters/);
    expect(make).not.toThrow(SECRET);
  });

  it.each([{ args: SECRET }, { env: SECRET }])('by the check of what a sandbox has answered: %p', async (wrong) => {
    const sandbox = (launch: object) => ({ ...launch, ...wrong }) as never;
    expect(await saidOf(command('true', [], { sandbox }))).not.toContain(SECRET);
  });

  it('by serveHttp, whose token is refused', async () => {
    for (const token of ['hunter2', 12_345_678_901, 'hunter2 with blanks in it']) {
      const error = await serveHttp({ token: token as string, agents: { a: async () => 'x' } }).then(() => undefined, String);
      expect(error).toMatch(/Expected `token` to be a secret of at least 16 visible ASCII characters, got a (string of|number)/);
      expect(error).not.toContain(String(token));
    }
  });

  it('by serveHttp, to whoever has no token or a wrong one', async () => {
    const server = await serveHttp({ token: SECRET, agents: { a: async () => 'x' } });
    try {
      for (const given of [undefined, 'Bearer wrong-but-of-some-length', `Basic ${SECRET}`, `Bearer ${SECRET}x`]) {
        const headers: Record<string, string> = given === undefined ? {} : { authorization: given };
        const response = await fetch(server.url, { method: 'POST', body: '{}', headers });
        expect(response.status).toBe(401);
        expect(`${await response.text()}${JSON.stringify([...response.headers])}`).not.toMatch(/hunter2|wrong-but/);
      }
    } finally {
      await server.close();
    }
  });
});
