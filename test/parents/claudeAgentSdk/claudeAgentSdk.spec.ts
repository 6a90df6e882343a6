import { describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { map, timer } from 'rxjs';
import { createSession, type Brief } from '../../../src/index.js';
import { createSdkServer, toolNames, type SdkServer } from '../../../src/parents/claudeAgentSdk/index.js';
import { createToolset } from '../../../src/tools/index.js';
import { parentConformance } from '../../support/parentConformance.js';
import { playClient } from '../../support/parents/playClient.js';
import { until } from '../../support/until.js';

/** As the SDK does it: it connects the instance to a transport of its own, within this process. */
async function connected({ instance }: SdkServer): Promise<Client> {
  const client = new Client({ name: 'claude-code', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([instance.connect(ours), client.connect(theirs)]);
  return client;
}

parentConformance('the Claude Agent SDK’s in-process server', {
  dialect: 'plain',
  inputs: 'data',
  run: async (parent) => {
    await using session = createSession();
    const client = await connected(createSdkServer(session, parent.tools, { maxWait: 3_600_000 }));
    try {
      return await playClient(client, parent);
    } finally {
      await client.close();
    }
  },
});

describe('createSdkServer', () => {
  it('should be what the SDK takes among its mcpServers', async () => {
    await using session = createSession();
    const toolset = createToolset(session, { agents: { one: () => ['x'] } });
    const server = createSdkServer(session, toolset, { name: 'agents' });
    expect(server).toEqual({ type: 'sdk', name: 'agents', instance: expect.any(McpServer) });
    expect(toolNames(server).sort()).toEqual(Object.keys(toolset).map((name) => `mcp__agents__${name}`).sort());
  });

  it('should serve one query after another, and tell the second what ended in between', async () => {
    await using session = createSession();
    const agents = { one: ({ goal }: Brief) => timer(20).pipe(map(() => `${goal} is done`)) };
    const server = createSdkServer(session, createToolset(session, { agents }));
    const first = await connected(server);
    await first.callTool({ name: 'delegate_task_async', arguments: { goal: 'it' } });
    await first.close();
    await until(() => session.list()[0]!.status === 'completed');
    const second = await connected(server);
    const answers = [await second.callTool({ name: 'list_tasks' }), await second.callTool({ name: 'list_tasks' })];
    expect(answers.map(({ structuredContent }) => (structuredContent as { readonly ended?: readonly unknown[] }).ended)).toEqual([
      [expect.objectContaining({ goal: 'it', summary: 'it is done' })], undefined,
    ]);
    await second.close();
  });
});
