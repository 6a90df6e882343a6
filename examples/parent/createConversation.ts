import { stepCountIs, streamText, type LanguageModel, type ModelMessage, type ToolSet } from 'ai';
import type { AiSteps } from 'sidestream/ai-sdk';

export interface ConversationOptions {
  readonly model: LanguageModel;
  readonly system: string;
  readonly tools: ToolSet;
  readonly prepareStep: AiSteps;
  /** Told of each call and its answer, a line each. */
  readonly print: (line: string) => void;
}

/** A conversation with a model that has tools: each call is a turn of it, and answers with what the model says at its end. */
export function createConversation({ model, system, tools, prepareStep, print }: ConversationOptions): (prompt: string) => Promise<string> {
  const messages: ModelMessage[] = [];
  return async (prompt) => {
    messages.push({ role: 'user', content: prompt });
    const turn = streamText({ model, system, messages, tools, prepareStep, stopWhen: stepCountIs(30), onError: () => undefined });
    for await (const part of turn.fullStream) {
      if (part.type === 'tool-call') print(`→ ${part.toolName} ${headOf(part.input)}`);
      else if (part.type === 'tool-result') print(`← ${headOf(part.output)}`);
      else if (part.type === 'error') throw part.error;
    }
    messages.push(...prepareStep.history(await turn.steps));
    const text = await turn.text;
    print(`· ${headOf(text)}`);
    return text;
  };
}

const headOf = (value: unknown): string => {
  const words = typeof value === 'string' ? value.replaceAll('\n', ' ') : JSON.stringify(value);
  return words.length > 110 ? `${words.slice(0, 109)}…` : words;
};
