import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './script.js';

/** Writes an answer as the chat-completions event stream does, until it is over or the client has gone. */
export async function streamAnswer(response: ServerResponse, answer: Answer, model: string, gone: AbortSignal): Promise<void> {
  const { say = [], call = [], usage = { input: 10, output: 5 }, pace = 0, then } = answer;
  const head = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: 0, model };
  const send = (data: unknown): void => { if (!gone.aborted) response.write(`data: ${JSON.stringify(data)}\n\n`); };
  const choose = (delta: unknown, finish_reason: string | null = null): void =>
    send({ ...head, choices: [{ index: 0, delta, finish_reason }] });

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  choose({ role: 'assistant', content: '' });
  for await (const token of typeof say === 'string' ? [say] : say) {
    if (pace > 0) await delay(pace, undefined, { signal: gone });
    if (gone.aborted) return;
    choose({ content: token });
  }
  call.forEach(({ name, input = {} }, index) => {
    const id = `call_${Math.random().toString(36).slice(2, 10)}`;
    const whole = typeof input === 'string' ? input : JSON.stringify(input);
    const half = Math.ceil(whole.length / 2);
    // In pieces, as providers send them.
    choose({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: whole.slice(0, half) } }] });
    choose({ tool_calls: [{ index, function: { arguments: whole.slice(half) } }] });
  });

  switch (then) {
    case 'hang': return;
    case 'cut':
      // What was written first goes out first.
      await new Promise((resolve) => { setImmediate(resolve); });
      response.socket?.destroy();
      return;
    case 'end':
      response.end();
      return;
    case 'mumble':
      response.write('data: <html>502</html>\n\n');
      return;
    case 'garbage':
      response.end('data: {"id":"chatcmpl-loopback","choices":[{"delta":{"con\n\ndata: <html>502</html>\n\n');
      return;
    case 'error':
      send({ error: { message: 'the engine fell over', type: 'server_error', code: 'engine' } });
      response.end();
      return;
    case undefined:
      choose({}, answer.finish ?? (call.length > 0 ? 'tool_calls' : 'stop'));
      send({ ...head, choices: [], usage: usageOf(usage) });
      response.end('data: [DONE]\n\n');
  }
}

const usageOf = ({ input, output }: { readonly input: number; readonly output: number }) =>
  ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output });
