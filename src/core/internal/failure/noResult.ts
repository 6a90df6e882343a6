import { NoResultError } from '../../errors.js';

/** The failure of an agent that had nothing to say. */
export const noResult = (): NoResultError =>
  new NoResultError('The agent ended without a result and without a single line. Let it print, return or emit something.');
