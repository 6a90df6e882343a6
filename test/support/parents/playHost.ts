import type { ChatMessage, Script } from '../modelServer/script.js';

/** A host that lists tools and calls them, such as a client of MCP. */
export interface Host {
  /** The tools as they are listed: name, description and `inputSchema`. */
  readonly tools: readonly { readonly name: string }[];
  /** Calls one, and answers with what a model would be shown. */
  call(name: string, input: unknown): Promise<string>;
}

/** Plays model and loop for parents that are only called: asks the script, calls the tools side by side, and so on until it only speaks. */
export async function playHost({ tools, call }: Host, script: Script, prompt: string): Promise<string> {
  const messages: ChatMessage[] = [{ role: 'user', content: prompt }];
  for (let index = 0; ; index++) {
    const turn = await script({
      index, messages, tools: tools.map(({ name }) => name), model: 'loopback', body: { tools }, headers: {},
    });
    if ('status' in turn) throw new Error(turn.message ?? `scripted ${turn.status}`);
    let content = '';
    for await (const token of typeof turn.say === 'string' ? [turn.say] : turn.say ?? []) content += token;
    const calls = (turn.call ?? []).map(({ name, input = {} }, n) => ({ id: `call_${index}_${n}`, name, input }));
    if (calls.length === 0) return content;
    const tool_calls = calls.map(({ id, name, input }) => ({ id, function: { name, arguments: JSON.stringify(input) } }));
    messages.push({ role: 'assistant', content, tool_calls });
    messages.push(...await Promise.all(calls.map(async ({ id, name, input }): Promise<ChatMessage> => (
      { role: 'tool', tool_call_id: id, content: await call(name, input) }
    ))));
  }
}
