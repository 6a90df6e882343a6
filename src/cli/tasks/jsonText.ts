/** Characters that a terminal acts on, or that nobody sees: spelled out, they are the same JSON. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** JSON for people and programs alike. */
export const jsonText = (value: unknown): string => JSON.stringify(value, undefined, 2).replace(UNSEEN, (char) =>
  Array.from({ length: char.length }, (_, n) => `\\u${char.charCodeAt(n).toString(16).padStart(4, '0')}`).join(''));
