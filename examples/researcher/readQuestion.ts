import { partsOf, wordsOf } from '../corpus/wordsOf.js';

/** What a question asks for. */
export interface Question {
  /** Its words, as `wordsOf` gives them, each with the weight that it has in a passage. */
  readonly weights: ReadonlyMap<string, number>;
  /** Fits every text that has a word which was asked for as such, and not only a part or an echo of one. */
  readonly mentions: RegExp;
}

const stopWords = new Set(
  (
    'a about above after all also am an and any are as at be because been before being below between both but by came can ' +
    'come comes coming could did do does doing done down during each else ever every few for from further get gets give ' +
    'given go goes had happen has have having he her here how i if in into is it its just know let like made make many may me might more ' +
    'most much must my need no nor not now of off on once one only or other our out over own please said same say see ' +
    'shall she should show so some such take tell than that the their them then there these they thing this those ' +
    'through to too two under until upon up upon us use used user using very was way we were what when where whether which ' +
    'while who whom whose why will with within without work would you your'
  ).split(' '),
);

/** What this researcher knows of English beyond the words: how a source file says that something goes wrong. */
const alike: ReadonlyMap<string, readonly string[]> = new Map([
  ['fail', ['error', 'exception', 'throw', 'raise', 'reject']],
  ['failure', ['error', 'exception', 'throw', 'raise', 'reject']],
  ['wrong', ['error', 'exception', 'fail', 'invalid']],
]);

/** Whether a word, as `wordsOf` gives it, says nothing by itself. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

/**
 * The words to look for.
 *
 * A whole identifier weighs most and its parts little: in a library about subjects, `ReplaySubject` is not asked for
 * by a line that says "subject". A question of nothing but stop words keeps them, because somebody may mean it.
 */
export function readQuestion(text: string): Question {
  const weights = new Map<string, number>();
  const spellings = new Map<string, string>();
  const add = (word: string, weight: number): void => {
    weights.set(word, Math.max(weights.get(word) ?? 0, weight));
  };
  for (const [token] of text.matchAll(/[\p{L}\p{N}\p{M}_$]+/gu)) {
    const [whole, ...parts] = wordsOf(token);
    if (whole === undefined) continue;
    if (parts.length > 0 && !/\p{Script=Latin}/u.test(token)) [whole, ...parts].forEach((pair) => add(pair, 1));
    else if (parts.length > 0) {
      add(whole, 2);
      // `GENERAL_NAMES` is the word "generalname", but is not written so.
      const written = partsOf(token).join('').toLowerCase();
      const spelling = partsOf(token).join('[_$]*').toLowerCase();
      spellings.set(whole, written === whole ? spelling : spelling.replace(/(ies|s)$/, ''));
      parts.forEach((part) => add(part, 0.3));
    } else if (!stopWords.has(whole)) add(whole, alike.has(whole) ? 0.5 : 1);
    // Little, because they are everywhere: what goes wrong *with it* is asked.
    for (const other of alike.get(whole) ?? []) add(other, 0.2);
  }
  if (weights.size === 0) wordsOf(text).forEach((word) => add(word, 1));
  return { weights, mentions: mentionsOf(weights, spellings) };
}

function mentionsOf(weights: ReadonlyMap<string, number>, spellings: ReadonlyMap<string, string>): RegExp {
  const asked = [...weights.keys()].filter((word) => (weights.get(word) ?? 0) >= 1);
  const words = asked.length > 0 ? asked : [...weights.keys()];
  // "query" is looked for as "quer", because "queries" is the same word.
  const spelled = words.map((word) => spellings.get(word) ?? word.replace(/(.)y$/, '$1'));
  return new RegExp(spelled.join('|') || '(?!)', spelled.some((spelling) => /\P{ASCII}/u.test(spelling)) ? 'iu' : 'i');
}
