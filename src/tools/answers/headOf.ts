/** The first `length` characters at most; a cut leaves no half of one behind, nor what would have joined it to the next. */
export const headOf = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length).replace(/[\ud800-\udbff\u200c\u200d\ufe0e\ufe0f]+$/, '') : text;
