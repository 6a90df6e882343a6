import Anthropic from '@anthropic-ai/sdk';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** The official client, of a server on loopback. */
export const clientOf = ({ anthropicUrl }: Pick<ModelServer, 'anthropicUrl'>): Anthropic =>
  new Anthropic({ apiKey: 'sk-loopback', baseURL: anthropicUrl, maxRetries: 0, logLevel: 'off' });
