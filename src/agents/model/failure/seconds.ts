/** Milliseconds in words. */
export const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;
