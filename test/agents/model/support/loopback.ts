import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** A model behind real HTTP, as a provider package makes it. */
export const loopback = ({ url }: Pick<ModelServer, 'url'>, id = 'loopback'): LanguageModel =>
  createOpenAICompatible({ name: 'loopback', baseURL: url, apiKey: 'sk-loopback', includeUsage: true })(id);
