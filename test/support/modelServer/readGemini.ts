import type { ChatMessage } from './script.js';

interface Part {
  readonly text?: string;
  readonly functionCall?: { readonly name: string; readonly args?: unknown };
  readonly functionResponse?: { readonly name: string; readonly response?: unknown };
}

interface GeminiRequest {
  readonly systemInstruction?: { readonly parts?: readonly Part[] };
  readonly contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[];
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
}

const textOf = (parts: readonly Part[] = []): string => parts.map(({ text = '' }) => text).join('');

/** A request of the Gemini API as a script knows requests. */
export function readGemini(body: GeminiRequest): { readonly messages: readonly ChatMessage[]; readonly tools: readonly string[] } {
  const { systemInstruction, contents = [], tools = [] } = body;
  const system: ChatMessage = { role: 'system', content: textOf(systemInstruction?.parts) };
  return {
    messages: [...systemInstruction === undefined ? [] : [system], ...contents.flatMap(({ role, parts = [] }) => messagesOf(role, parts))],
    tools: tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name)),
  };
}

function messagesOf(role: string | undefined, parts: readonly Part[]): readonly ChatMessage[] {
  const answers = parts.flatMap(({ functionResponse }) => functionResponse === undefined ? [] : [functionResponse]);
  if (answers.length > 0) {
    return answers.map(({ name, response }) => ({ role: 'tool', tool_call_id: name, content: JSON.stringify(response) }));
  }
  const calls = parts.flatMap(({ functionCall }) => functionCall === undefined ? [] : [functionCall]);
  const tool_calls = calls.map(({ name, args }) => ({ id: name, function: { name, arguments: JSON.stringify(args ?? {}) } }));
  return [{ role: role === 'model' ? 'assistant' : 'user', content: textOf(parts), ...tool_calls.length === 0 ? {} : { tool_calls } }];
}
