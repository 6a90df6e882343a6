import { createOpenAICompatible } from '@ai-sdk/openai-compatible';

/** A model that the surroundings name, and how to speak of it. */
export interface NamedModel {
  readonly model: ReturnType<ReturnType<typeof createOpenAICompatible>>;
  /** `qwen3 at http://localhost:11434/v1` */
  readonly name: string;
}

/** How to switch, in a sentence for people. */
export const howToUseAModel = 'Set SIDESTREAM_MODEL and OPENAI_BASE_URL (or OPENAI_API_KEY) to run it with model children.';

/** The model that `SIDESTREAM_MODEL` names, behind any server that speaks chat-completions; `undefined` where there is none. */
export function modelFromEnvironment(environment: Readonly<Record<string, string | undefined>>): NamedModel | undefined {
  const { SIDESTREAM_MODEL: id, OPENAI_BASE_URL: named, OPENAI_API_KEY: apiKey } = environment;
  if (!id || (!named && !apiKey)) return undefined;
  const baseURL = named || 'https://api.openai.com/v1';
  const provider = createOpenAICompatible({ name: 'openai', baseURL, includeUsage: true, ...(apiKey ? { apiKey } : {}) });
  return { model: provider(id), name: `${id} at ${baseURL}` };
}
