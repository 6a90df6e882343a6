/** Milliseconds as seconds, to a tenth. */
export const seconds = (ms: number): number => Math.max(0, Math.round(ms / 100) / 10);
