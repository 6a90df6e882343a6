/** Seconds. */
const DEFAULT = 300;

/** How long a tool waits. */
export interface Timeout {
  /** Seconds. */
  readonly timeout: number;
  /** That it is less than was asked for, where it is. */
  readonly shortened: string | undefined;
}

/** How long a tool waits that was asked to wait for so many seconds. @param most - what its toolset, and who calls it, wait at most */
export function timeoutOf(asked = DEFAULT, ...most: readonly (number | undefined)[]): Timeout {
  const maxWait = Math.min(...most.map((each) => each ?? Infinity));
  if (asked <= maxWait) return { timeout: asked, shortened: undefined };
  return { timeout: maxWait, shortened: `A call waits at most ${maxWait} seconds here; call again to wait on.` };
}
