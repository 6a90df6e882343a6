import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { build } from 'esbuild';
import { map } from 'rxjs';
import { createSession, result, type Agent, type Session } from '../../../src/index.js';
import { serveHttp } from '../../../src/parents/mcp/index.js';
import { TOKEN } from '../../support/parents/askHttp.js';
import { person } from '../../support/parents/person.js';
import { until } from '../../support/until.js';

const asker: Agent = ({ goal }, _steering, { ask }) =>
  ask({ kind: 'permission', text: goal }).pipe(map((answer) => result(`${goal} ${answer}`)));
const AGENTS = { asker: { agent: asker, description: 'Asks for leave.' } };

const startIn = async (client: Client, goal: string): Promise<string> => {
  const { structuredContent } = await client.callTool({ name: 'delegate_task_async', arguments: { goal } });
  return (structuredContent as { readonly task_id: string }).task_id;
};

const collectIn = async (client: Client, id: string): Promise<unknown> =>
  (await client.callTool({ name: 'collect_task', arguments: { task_id: id } })).structuredContent;

describe('elicitation over stdio', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sidestream-elicit-'));
    const from = (path: string): string => JSON.stringify(new URL(`../../../src/${path}`, import.meta.url).pathname);
    await build({
      stdin: {
        contents: `
          import { map } from 'rxjs';
          import { result } from ${from('index.ts')};
          import { serveStdio } from ${from('parents/mcp/index.ts')};
          const agent = ({ goal }, steering, { ask }) =>
            ask({ kind: 'permission', text: goal }).pipe(map((answer) => result(goal + ' ' + answer)));
          await (await serveStdio({ agents: { asker: { agent, description: 'Asks for leave.' } } })).closed;
        `,
        resolveDir: process.cwd(), loader: 'js',
      },
      bundle: true, platform: 'node', format: 'esm', outfile: join(folder, 'serve.mjs'), logLevel: 'error',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  });
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it('should put a question to the person at the host that has started us', async () => {
    const { client, shown } = person();
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [join(folder, 'serve.mjs')] }));
    const id = await startIn(client, 'May I?');
    await until(() => shown.length === 1);
    shown[0]!.accept('allow_once');
    expect(await collectIn(client, id)).toMatchObject({ status: 'completed', summary: 'May I? allow_once' });
    await client.close();
  });
});

describe('elicitation over HTTP', () => {
  const connect = async (url: string): Promise<ReturnType<typeof person> & AsyncDisposable> => {
    const { client, shown } = person();
    const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    return { client, shown, [Symbol.asyncDispose]: () => client.close() };
  };

  it('should put to each host what its own tasks ask', async () => {
    await using server = await serveHttp({ token: TOKEN, agents: AGENTS });
    await using one = await connect(server.url);
    await using two = await connect(server.url);
    const first = await startIn(one.client, 'one?');
    const second = await startIn(two.client, 'two?');
    await until(() => one.shown.length === 1 && two.shown.length === 1);
    one.shown[0]!.accept('allow_once');
    two.shown[0]!.act({ action: 'decline' });
    expect(await collectIn(one.client, first)).toMatchObject({ summary: 'one? allow_once' });
    expect(await collectIn(two.client, second)).toMatchObject({ summary: 'two? reject_once' });
    expect([one.shown.length, two.shown.length]).toEqual([1, 1]);
  });

  it('should put what was open before a host was there, once that listens, and take it back from the others', async () => {
    await using session: Session = createSession();
    const task = session.delegate(asker, { goal: 'kept?' });
    await until(() => task.questions.length === 1);
    await using server = await serveHttp({ token: TOKEN, agents: AGENTS, session: () => session, endsSession: false });
    await using one = await connect(server.url);
    await using two = await connect(server.url);
    await until(() => one.shown.length === 1 && two.shown.length === 1);
    one.shown[0]!.accept('allow_once');
    await until(() => two.shown[0]!.isTakenBack);
    expect(task.outcome).toMatchObject({ type: 'completed', result: 'kept? allow_once' });
  });

  it('should put nothing that was settled before the host listens', async () => {
    await using session: Session = createSession();
    const early = session.delegate(asker, { goal: 'early?' });
    await until(() => early.questions.length === 1);
    await using server = await serveHttp({ token: TOKEN, agents: AGENTS, session: () => session, endsSession: false });
    const { client, shown } = person();
    let listen = (): void => undefined;
    const mayListen = new Promise<void>((resolve) => { listen = resolve; });
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
      fetch: async (url, init) => {
        if (init?.method === 'GET') await mayListen;
        return fetch(url, init);
      },
    }));
    const id = await startIn(client, 'late?');
    early.questions[0]!.answer(true);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    expect(shown).toEqual([]);
    listen();
    await until(() => shown.length === 1);
    expect(shown[0]!.params.message).toContain('late?');
    shown[0]!.accept('allow_once');
    expect(await collectIn(client, id)).toMatchObject({ summary: 'late? allow_once' });
    expect(shown).toHaveLength(1);
    await client.close();
  });
});
