/** What became of a run that did not come to a good end: its line in hand ends, and of one that failed nothing can be a result. */
export const STOPPED = 1;
export const FAILED = 2;

/** A run, for what it handed on: where it had that from another run, that one too, and the run inside which it runs. */
export interface Origin {
  fate?: typeof STOPPED | typeof FAILED | undefined;
  readonly inner?: Origin | undefined;
  readonly outer?: Origin | undefined;
}

/** Lets a class put its private fields into any object. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what it returns is what it makes
const Any = class { constructor(one: object) { return one; } };

/**
 * Of every output that a run hands on. It is put into the output, where nobody sees it, and costs a thirtieth of a place in a WeakMap:
 * `retry` and `catchError` swallow the error that would tell whoever reads on that what came before belongs to an attempt that failed.
 */
export class Stamp extends Any {
  #origin: Origin;
  #again: boolean;

  private constructor(output: object, origin: Origin, again: boolean) {
    super(output);
    this.#origin = origin;
    this.#again = again;
  }

  /** @param again - of an attempt that a run began by itself, as the one before had failed: what others said before stands */
  static put<T extends object>(output: T, origin: Origin, again = false): T { return new Stamp(output, origin, again) as object as T; }

  static originOf(output: object): Origin | undefined { return #origin in output ? output.#origin : undefined; }

  static isAgain(output: object): boolean { return #origin in output && output.#again; }
}

/** The worst that became of the runs behind an output. */
export const fateOf = (origin: Origin | undefined): number =>
  origin === undefined ? 0 : Math.max(origin.fate ?? 0, fateOf(origin.inner), fateOf(origin.outer));
