/** The first `length` characters at most, without half of one at the end. */
export const headOf = (text: string, length: number): string => text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
