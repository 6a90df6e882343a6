/** What became of a run that did not come to a good end: its line in hand ends, and of one that failed nothing can be a result. */
export const STOPPED = 1;
export const FAILED = 2;

/** The run that handed an output on; where it had it from another run, that one too; and the run inside which it runs. */
export interface Origin {
  readonly run: { fate?: typeof STOPPED | typeof FAILED };
  readonly inner?: Origin | undefined;
  readonly outer?: Origin | undefined;
}

/**
 * Of every output that a run hands on. Beside the outputs, so that nobody sees it: `retry` and `catchError` swallow the error that would
 * tell whoever reads on that what came before belongs to an attempt that failed.
 */
export const origins = new WeakMap<object, Origin>();

/** The worst that became of the runs behind an output. */
export const fateOf = (origin: Origin | undefined): number =>
  origin === undefined ? 0 : Math.max(origin.run.fate ?? 0, fateOf(origin.inner), fateOf(origin.outer));

/** The attempts that a run began by itself, as the one before had failed: what others said before stands. */
export const retries = new WeakSet<object>();
