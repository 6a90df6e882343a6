import { setTimeout as delay } from 'node:timers/promises';
import type { Protocol } from './protocol.js';
import { readResponses } from './readResponses.js';
import { responseOf } from './responseOf.js';
import { writeJson } from './writeJson.js';

/** OpenAI's Responses API. Of the faults it knows `hang` and `cut`. */
export const responses: Protocol = {
  read: readResponses,
  answer: async (response, { say = [], call = [], usage = { input: 10, output: 5 }, pace = 0, then }, { model, body, index }, gone) => {
    const streamed = body['stream'] === true;
    let sequence_number = 0;
    const send = (type: string, data: object): void => {
      if (streamed && !gone.aborted) {
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...data })}\n\n`);
      }
    };
    const begun = responseOf(index, model, 'in_progress', []);
    if (streamed) response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    send('response.created', { response: begun });
    send('response.in_progress', { response: begun });

    const output: unknown[] = [];
    let text = '';
    const id = `msg_${index}`;
    const place = { item_id: id, output_index: 0, content_index: 0 };
    const part = { type: 'output_text', annotations: [], logprobs: [] };
    const message = { id, type: 'message', role: 'assistant' };
    for await (const token of typeof say === 'string' ? [say] : say) {
      if (pace > 0) await delay(pace, undefined, { signal: gone });
      if (gone.aborted) return;
      if (text === '') {
        send('response.output_item.added', { output_index: 0, item: { ...message, status: 'in_progress', content: [] } });
        send('response.content_part.added', { ...place, part: { ...part, text: '' } });
      }
      text += token;
      send('response.output_text.delta', { ...place, delta: token, logprobs: [] });
    }
    if (text !== '') {
      const item = { ...message, status: 'completed', content: [{ ...part, text }] };
      send('response.output_text.done', { ...place, text, logprobs: [] });
      send('response.content_part.done', { ...place, part: { ...part, text } });
      send('response.output_item.done', { output_index: 0, item });
      output.push(item);
    }
    for (const [n, { name, namespace, input = {} }] of call.entries()) {
      const output_index = output.length;
      const item_id = `fc_${index}_${n}`;
      const whole = typeof input === 'string' ? input : JSON.stringify(input);
      const head = {
        id: item_id, type: 'function_call', call_id: `call_${index}_${n}`, name, ...namespace === undefined ? {} : { namespace },
      };
      const item = { ...head, arguments: whole, status: 'completed' };
      send('response.output_item.added', { output_index, item: { ...head, arguments: '', status: 'in_progress' } });
      const half = Math.ceil(whole.length / 2);
      for (const delta of [whole.slice(0, half), whole.slice(half)]) {
        send('response.function_call_arguments.delta', { item_id, output_index, delta });
      }
      send('response.function_call_arguments.done', { item_id, output_index, name, arguments: whole });
      send('response.output_item.done', { output_index, item });
      output.push(item);
    }

    if (then === 'hang') return;
    if (then === 'cut') {
      response.destroy();
      return;
    }
    const ended = responseOf(index, model, 'completed', output, usage);
    if (!streamed) {
      writeJson(response, 200, ended);
      return;
    }
    send('response.completed', { response: ended });
    response.end();
  },
};
