/** At most so many characters, with a mark that says how much is gone. */
export const cut = (words: string, most = 500): string =>
  words.length > most ? `${words.slice(0, most)}… [${words.length - most} characters cut]` : words;
