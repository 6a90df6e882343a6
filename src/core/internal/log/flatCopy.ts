/**
 * The same characters in memory of their own. A string that was sliced or concatenated keeps its parents alive (50 short previews kept
 * 200 MB in a trial); V8 makes a flat new one when it joins an array.
 */
export const flatCopy = (words: string): string => words.length < 13 ? words : [words.slice(0, 1), words.slice(1)].join('');
