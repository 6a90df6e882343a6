import type { LanguageModel } from '../aiSdk.js';

/** The id of a model, as its provider calls it. */
export const nameOfModel = (model: LanguageModel): string => typeof model === 'string' ? model : model.modelId;
