import type { ModelFailure } from '../failure/modelError.js';

/** What a model is told that is to sum up what it has, by what ends it. */
export const sumUpAfter = (reason: ModelFailure): string => reason === 'length'
  ? '[Your answer was cut off by its length limit, and no tool can be called any more. '
    + 'Sum up now, in few words, what you have so far, and say what is missing.]'
  : '[You have taken all the steps that you may take, and no tool can be called any more. '
    + 'Sum up now what you have found and done so far, and say what is missing.]';

/** What is wrong with no answer at all. */
export const NOTHING_SAID = 'There is no answer yet.';

/** What a model is told whose answer is not what it has to be. @param form - what it has to be, in words */
export const correctionOf = (wrong: string, form: string | undefined): string =>
  `[Your answer cannot be taken as the result. ${wrong} No tool can be called any more. Answer once more, with the result alone.]${
    form === undefined ? '' : `\n${form}`}`;
