import { ChatOpenAI } from '@langchain/openai';
import type { ModelServer } from '../../../support/modelServer/createModelServer.js';

/** LangChain's model of OpenAI's, on loopback. */
export const modelOf = ({ url }: Pick<ModelServer, 'url'>, strict = false): ChatOpenAI => new ChatOpenAI({
  model: 'loopback',
  apiKey: 'sk-loopback',
  configuration: { baseURL: url, logLevel: 'off' },
  maxRetries: 0,
  supportsStrictToolCalling: strict,
});
