import { answerGemini } from './answerGemini.js';
import type { Protocol } from './protocol.js';
import { readGemini } from './readGemini.js';

/** The Gemini API. */
export const gemini: Protocol = {
  read: (body) => readGemini(body),
  answer: (response, answer, { model, path }, gone) => answerGemini(response, answer, model, !path.endsWith(':generateContent'), gone),
};
