/** How a process ended: one of the two is there. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `exited with code 3`, `was ended by SIGKILL`. */
export const describeExit = ({ code, signal }: Exit): string =>
  signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
