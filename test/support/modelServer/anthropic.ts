import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnthropicBlock } from './anthropicRequest.js';
import { keepThread } from './anthropicThreads.js';
import type { Protocol } from './protocol.js';
import { readAnthropic } from './readAnthropic.js';
import { writeJson } from './writeJson.js';

/** Anthropic's Messages API. */
export const anthropic: Protocol = {
  read: (body) => readAnthropic(body),
  answer: async (response, answer, { model, body }, gone) => {
    const streamed = body['stream'] === true;
    const { say = [], call = [], usage = { input: 10, output: 5 }, pace = 0, then } = answer;
    const stop_reason = answer.finish ?? (call.length > 0 ? 'tool_use' : 'end_turn');
    const head = { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model };
    const content: AnthropicBlock[] = [];
    const send = (event: { readonly type: string; readonly [field: string]: unknown }): void => {
      if (streamed && !gone.aborted) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    };
    const start = (block: unknown): void => send({ type: 'content_block_start', index: content.length, content_block: block });
    const grow = (delta: unknown): void => send({ type: 'content_block_delta', index: content.length, delta });
    const stop = (block: AnthropicBlock): void => {
      send({ type: 'content_block_stop', index: content.length });
      content.push(block);
    };

    if (streamed) response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    send({
      type: 'message_start',
      message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: 1 } },
    });

    let text: string | undefined;
    for await (const token of typeof say === 'string' ? [say] : say) {
      if (pace > 0) await delay(pace, undefined, { signal: gone });
      if (gone.aborted) return;
      if (text === undefined) start({ type: 'text', text: '' });
      text = `${text ?? ''}${token}`;
      grow({ type: 'text_delta', text: token });
    }
    if (text !== undefined) stop({ type: 'text', text });
    for (const { name, input = {} } of call) {
      const block = { type: 'tool_use', id: `toolu_${Math.random().toString(36).slice(2, 10)}`, name };
      const whole = typeof input === 'string' ? input : JSON.stringify(input);
      const half = Math.ceil(whole.length / 2);
      start({ ...block, input: {} });
      // In pieces, as the real one sends them.
      for (const partial_json of [whole.slice(0, half), whole.slice(half)]) grow({ type: 'input_json_delta', partial_json });
      stop({ ...block, input });
    }

    switch (then) {
      case 'hang':
        return;
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
        response.end('event: content_block_delta\ndata: {"type":"content_block_del\n\ndata: <html>502</html>\n\n');
        return;
      case 'error':
        send({ type: 'error', error: { type: 'overloaded_error', message: 'the engine fell over' } });
        response.end();
        return;
      case undefined: {
        keepThread(body, head.id, content);
        const end = { stop_reason, stop_sequence: null };
        send({ type: 'message_delta', delta: end, usage: { output_tokens: usage.output } });
        send({ type: 'message_stop' });
        if (streamed) response.end();
        else writeJson(response, 200, { ...head, content, ...end, usage: { input_tokens: usage.input, output_tokens: usage.output } });
      }
    }
  },
};
