import type { ModelOptions } from '../../agents/model/modelOptions.js';
import type { AgentDefinition } from '../../tools/agentDefinition.js';
import { importPeer } from '../importPeer.js';
import type { AgentConfig } from './configSchema.js';
import { expand } from './expand.js';

type ModelConfig = Extract<AgentConfig, { readonly kind: 'model' }>;

const PEERS = ['ai', '@ai-sdk/openai-compatible'];

/** A model of a config as an agent. Its key is read from the environment that this process was started with, and stands nowhere else. */
export async function modelOf(name: string, config: ModelConfig): Promise<AgentDefinition> {
  const {
    kind: _kind, onRestart: _onRestart, provider: _provider, baseURL, model: modelId, apiKeyEnv, description, models, cost,
    headers, ...options
  } = config;
  const { createOpenAICompatible, model } = await importPeer('An agent of kind model', PEERS, async () => ({
    ...await import('@ai-sdk/openai-compatible'),
    ...await import('../../agents/model/index.js'),
  }));
  const apiKey = apiKeyEnv === undefined ? undefined : process.env[apiKeyEnv];
  const key = apiKey === undefined ? {} : { apiKey };
  const provider = createOpenAICompatible({ name: 'openai-compatible', baseURL, includeUsage: true, ...key });
  // A field that was left out is not there, which the schema's types do not say.
  const settings: object = {
    ...options, name, description, model: provider(modelId),
    ...models === undefined ? {} : { models: Object.fromEntries(Object.entries(models).map(([each, id]) => [each, provider(id)])) },
    ...cost === undefined ? {} : { cost: dollarsBy(cost) },
    ...headers === undefined ? {} : { headers: expand('headers', headers) },
  };
  return { agent: model(settings as ModelOptions), description };
}

const dollarsBy = ({ input, output }: NonNullable<ModelConfig['cost']>): NonNullable<ModelOptions['cost']> =>
  ({ inputTokens = 0, outputTokens = 0 }) => (inputTokens * input + outputTokens * output) / 1_000_000;
