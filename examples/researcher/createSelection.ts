import { pathPattern } from './pathPattern.js';
import type { SteeringWord } from './readSteering.js';

/** Which of the files a researcher reads. */
export interface Selection {
  readonly paths: readonly string[];
  /** "only src/**, skip test": what narrows the selection, or `undefined` where nothing does. */
  readonly words: string | undefined;
  /**
   * Narrows it. Answers with what the researcher then says, and whether `paths` is another list now.
   *
   * `only` replaces an earlier `only`, so that an operator can look elsewhere; `skip` adds to earlier ones.
   */
  apply(word: Extract<SteeringWord, { pattern: string }>): { readonly changed: boolean; readonly line: string };
}

/** The selection of all these files, to be narrowed by steering. */
export function createSelection(all: readonly string[]): Selection {
  let paths = all;
  let only: Narrowing | undefined;
  let skips: readonly Narrowing[] = [];

  return {
    get paths() {
      return paths;
    },

    get words() {
      const words = [...(only === undefined ? [] : [`only ${only.pattern}`]), ...skips.map(({ pattern }) => `skip ${pattern}`)];
      return words.length === 0 ? undefined : words.join(', ');
    },

    apply: ({ type, pattern }) => {
      let fits: Narrowing['fits'];
      try {
        fits = pathPattern(pattern);
      } catch (error) {
        return { changed: false, line: `${type}: ${(error as Error).message}; going on as before` };
      }
      const nextOnly = type === 'only' ? { pattern, fits } : only;
      const nextSkips = type === 'skip' ? [...skips, { pattern, fits }] : skips;
      const next = all.filter((path) => (nextOnly?.fits(path) ?? true) && !nextSkips.some((skip) => skip.fits(path)));
      // An empty selection is nobody's wish: more likely a misspelt folder.
      if (next.length === 0) {
        return { changed: false, line: `${type} ${pattern}: that would leave no file; going on as before` };
      }
      [paths, only, skips] = [next, nextOnly, nextSkips];
      return { changed: true, line: `${type} ${pattern}: ${next.length} of ${all.length} files; starting over in these` };
    },
  };
}

interface Narrowing {
  readonly pattern: string;
  readonly fits: (path: string) => boolean;
}
