import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** What makes models behind real HTTP, as a provider package does. */
export const providerOf = ({ url }: Pick<ModelServer, 'url'>) =>
  createOpenAICompatible({ name: 'loopback', baseURL: url, apiKey: 'sk-loopback', includeUsage: true });

/** A model behind real HTTP. */
export const loopback = (server: Pick<ModelServer, 'url'>, id = 'loopback'): LanguageModel => providerOf(server)(id);
