import { OpenAIProvider, Runner } from '@openai/agents';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** A runner of the official SDK for a model on loopback, without its traces. */
export const runnerOf = ({ url }: Pick<ModelServer, 'url'>, useResponses = false): Runner => new Runner({
  tracingDisabled: true,
  model: 'loopback',
  modelProvider: new OpenAIProvider({ apiKey: 'sk-loopback', baseURL: url, useResponses }),
});
