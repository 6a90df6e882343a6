import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './script.js';

/** Writes an answer as the Gemini API does, streamed or whole. Of the faults it knows `hang` and `cut`. */
export async function answerGemini(
  response: ServerResponse, answer: Answer, model: string, streamed: boolean, gone: AbortSignal,
): Promise<void> {
  const { say = [], call = [], usage = { input: 10, output: 5 }, pace = 0, then } = answer;
  const parts: unknown[] = [];
  const chunkOf = (some: readonly unknown[], finishReason?: string): unknown => ({
    candidates: [{ index: 0, content: { role: 'model', parts: some }, ...finishReason === undefined ? {} : { finishReason } }],
    modelVersion: model,
    ...finishReason === undefined ? {} : {
      usageMetadata: { promptTokenCount: usage.input, candidatesTokenCount: usage.output, totalTokenCount: usage.input + usage.output },
    },
  });
  const send = (chunk: unknown): void => { if (streamed && !gone.aborted) response.write(`data: ${JSON.stringify(chunk)}\r\n\r\n`); };

  response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
  for await (const token of typeof say === 'string' ? [say] : say) {
    if (pace > 0) await delay(pace, undefined, { signal: gone });
    if (gone.aborted) return;
    parts.push({ text: token });
    send(chunkOf([{ text: token }]));
  }
  const calls = call.map(({ name, input = {} }) => ({ functionCall: { name, args: input } }));
  parts.push(...calls);
  if (then === 'hang') return;
  if (then === 'cut') {
    response.destroy();
    return;
  }
  send(chunkOf(calls, answer.finish ?? 'STOP'));
  response.end(streamed ? undefined : JSON.stringify(chunkOf(parts, answer.finish ?? 'STOP')));
}
