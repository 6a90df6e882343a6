/** A request of the surroundings to stop. */
export interface Interrupt extends Disposable {
  /** Its reason is the name of the process signal, or {@link readerLeft}. */
  readonly signal: AbortSignal;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** The signal's reason when nobody reads on, as in `npm start | head`. Then nobody reads what was stopped, either. */
export const readerLeft = 'EPIPE';

/** Turns Ctrl-C, `kill` and a reader that went away into one signal, and sets the exit code that a shell expects. */
export function createInterrupt(): Interrupt {
  const controller = new AbortController();
  const stop = (name: 'SIGINT' | 'SIGTERM'): void => {
    // The second one comes from somebody who does not want to wait.
    if (controller.signal.aborted) process.exit(exitCodes[name]);
    process.exitCode = exitCodes[name];
    controller.abort(name);
  };
  const leave = (): void => controller.abort(readerLeft);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.stdout.on('error', leave);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
    },
  };
}
