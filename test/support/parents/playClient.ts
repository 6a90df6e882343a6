import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { ParentRun } from '../parentConformance.js';
import { playHost } from './playHost.js';

/** Plays a host that has this client. */
export async function playClient(client: Client, { script, prompt, signal }: ParentRun): Promise<string> {
  const { tools } = await client.listTools();
  return playHost({
    tools,
    call: async (name, input) => {
      const { content } = await client.callTool({ name, arguments: input as Record<string, unknown> }, undefined, { signal });
      return (content as readonly { readonly text: string }[]).map(({ text }) => text).join('');
    },
  }, script, prompt);
}
