/** Words of somebody else as the end of a sentence, with one mark behind it and not two. */
export const endSentence = (words: string): string => /[.!?…]$/.test(words) ? words : `${words}.`;
