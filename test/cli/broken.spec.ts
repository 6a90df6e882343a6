import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { builtCli } from '../support/cli/builtCli.js';
import { runCli } from '../support/cli/runCli.js';

const cli = builtCli();
let work: string;
let config: string;
beforeEach(async () => {
  work = await mkdtemp(cli.path('work-'));
  config = join(work, 'sidestream.config.json');
});

const echo = { kind: 'command', command: 'cat', description: 'Says it again.' };

let open: Client | undefined;
afterEach(() => open?.close());

/** A host's client, and what the server writes to stderr. */
async function host() {
  const transport = new StdioClientTransport({ command: process.execPath, args: [cli.script, 'mcp', '--config', config], stderr: 'pipe' });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const client = new Client({ name: 'spec', version: '1' });
  open = client;
  await client.connect(transport);
  return { client, stderr: () => stderr };
}

describe('sidestream mcp with an agent that cannot be started', () => {
  it.each([
    ['whose key is not set', { kind: 'model', provider: 'openai-compatible', baseURL: 'http://127.0.0.1:1', model: 'x',
      apiKeyEnv: 'SIDESTREAM_NOT_SET', description: 'Thinks.' },
      'agents.other.apiKeyEnv: expected the variable SIDESTREAM_NOT_SET to be set'],
    ['with an option of the wrong type', { ...echo, grace: 'long' }, 'agents.other.grace: expected a number, got "long"'],
    ['with an unknown option', { ...echo, succesCodes: [0] }, 'unknown `succesCodes` (did you mean `successCodes`?)'],
    ['of no kind', { kind: 'shell' }, 'agents.other.kind: expected an object with `kind`'],
    ['that is nothing', null, 'agents.other: expected an object with `kind`'],
    [
      'with options that exclude one another',
      { kind: 'acp', command: 'true', sandbox: { kind: 'docker', image: '-x' } },
      'agents.other: Expected `image` to be the name of an image',
    ],
  ])('should serve the others beside an agent %s', async (_, other, sentence) => {
    await writeFile(config, JSON.stringify({ agents: { other, echo }, defaultAgent: 'other' }));
    const { client, stderr } = await host();
    const call = async (args: Record<string, unknown>) =>
      (await client.callTool({ name: 'delegate_task', arguments: args })).structuredContent as Record<string, unknown>;
    expect(await call({ goal: 'hello', agent: 'echo' })).toMatchObject({ ok: true, status: 'completed', summary: 'hello' });
    expect(await call({ goal: 'hello', agent: 'other' })).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
    expect(await call({ goal: 'hello' })).toMatchObject({ ok: false, error: expect.stringContaining(sentence) });
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'delegate_task')!.description).toContain('It cannot be started: ');
    expect(stderr()).toContain(sentence);
    expect(stderr().trim().split('\n')).toHaveLength(1);
  });

  it.each([
    ['all agents', { agents: { one: { kind: 'shell' }, two: null } }, 'agents.one.kind'],
    ['the session', { agents: { echo }, session: { maxRunning: 0 } }, 'session.maxRunning: expected a whole number from 1, got 0'],
    ['all of it', null, 'the config: expected an object, got null'],
  ])('should not serve where %s cannot be used', async (_, text, sentence) => {
    await writeFile(config, JSON.stringify(text));
    const { code, stdout, stderr } = await runCli(cli.script, ['mcp', '--config', config], work);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('sidestream mcp --http', () => {
  it('should say in one sentence that its port is taken', async () => {
    await writeFile(config, JSON.stringify({ agents: { echo } }));
    const server = createServer();
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const { port } = server.address() as AddressInfo;
    const args = ['mcp', '--config', config, '--http', `${port}`, '--token-env', 'T'];
    const ended = await runCli(cli.script, args, work, { T: 'x'.repeat(20) });
    server.close();
    expect(ended).toEqual({
      code: 1, stdout: '',
      stderr: `sidestream: Port ${port} of 127.0.0.1 is taken. End what serves there, or give another port (--http 0 takes a free one).\n`,
    });
  });
});
