import { resolve } from 'node:path';
import type { Places } from '../../processes/workplace/placeFor.js';

/**
 * Where an agent's programs may work, for a task that goes on: a relative directory is that of the process that has ended.
 *
 * @param earlier - with the working directory of that process
 */
export const placesAgain = <P extends Places>(places: P, earlier: { readonly home: string } | undefined): P =>
  earlier === undefined ? places : { ...places, cwd: resolve(earlier.home, places.cwd ?? '.') };
