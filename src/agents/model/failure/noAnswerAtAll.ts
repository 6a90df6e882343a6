import { ModelError, type ModelErrorFacts } from './modelError.js';

/** Of what was answered without an error, and had no part of an answer in it: a web page, say. */
export const noAnswerAtAll = (model: string, said = '', facts: ModelErrorFacts = {}): ModelError => new ModelError(
  'bad_response',
  `The provider of ${model} sent no part of an answer${said}. Check the base URL, and that it speaks the protocol of this model.`,
  facts,
);
