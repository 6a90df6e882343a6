/** Who wants to know what became of a request. */
export interface Watcher {
  /** It is being made, perhaps once more. */
  sent(): void;
  /** The model asks for these calls, in an answer that goes on. */
  called(callIds: readonly string[]): void;
  /** The model has answered to its end, and asks for these calls. */
  answered(callIds?: readonly string[]): void;
  /** It was refused, broken off, or nobody reads its answer. */
  failed(error: unknown): void;
}

/** What went into one request, until it is known whether the model has read it. */
export interface Hand extends Watcher {
  /** Where its request has failed and might be tried again: it is not, so it comes back. */
  giveUp(): void;
}

/** Milliseconds for which a framework may wait before it tries a request again, and some more. */
const RETRY = 70_000;

/**
 * @param acknowledge - it was read, and the model asks for these calls
 * @param release - it was not, and comes back; one of the two is called, once
 */
export function createHand(
  acknowledge: (callIds?: readonly string[]) => void, release: () => void, called: (callIds: readonly string[]) => void = () => undefined,
): Hand {
  let isSettled = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const holdOn = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  const settle = <T extends readonly unknown[]>(how: (...given: T) => void) => (...given: T): void => {
    holdOn();
    if (isSettled) return;
    isSettled = true;
    how(...given);
  };
  const giveBack = settle(release);
  return {
    sent: holdOn,
    called,
    answered: settle(acknowledge),
    failed: (error) => {
      // The SDK tries these again by itself, with the same messages; whether it does, it does not say.
      if ((Object(error) as { readonly isRetryable?: unknown }).isRetryable !== true) {
        giveBack();
        return;
      }
      holdOn();
      waiting = setTimeout(giveBack, RETRY);
      (waiting as { unref?: () => void }).unref?.();
    },
    giveUp: () => { if (waiting !== undefined) giveBack(); },
  };
}
