/** Seconds. */
const DEFAULT = 300;
const MAX = 3_600;

/** How long a tool waits. */
export interface Timeout {
  /** Seconds. */
  readonly timeout: number;
  /** That it is less than was asked for, where it is. */
  readonly lowered: string | undefined;
}

/** How long a tool waits that was asked to wait for so many seconds. */
export function timeoutOf(asked = DEFAULT): Timeout {
  return { timeout: Math.min(asked, MAX), lowered: asked > MAX ? `The timeout was lowered to ${MAX} seconds.` : undefined };
}
