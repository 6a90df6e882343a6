import type { Exit } from './exit.js';

/** A program and how it is to be started: never a shell's command line. */
export interface Launch {
  /** A path, or a name to be looked up on the `PATH` of {@link env}. */
  readonly file: string;
  readonly args: readonly string[];
  /** The working directory; an absolute path. */
  readonly cwd: string;
  /** The environment of the program; a shell on the way may add PWD and the like. */
  readonly env: Readonly<Record<string, string>>;
  /** What to say where the program is missing: how it is installed. */
  readonly install?: string | undefined;
  /** A program and its arguments to run when this one is gone, also where this whole process died: what gives back what it held. */
  readonly after?: readonly [file: string, ...args: string[]] | undefined;
  /**
   * Whether the program itself is deaf to TERM, which then goes to what it has started only: for one that takes all below it along when it
   * ends, and ends when they do. @defaultValue false
   */
  readonly isShell?: boolean | undefined;
  /** What the program can read from its descriptor 4 until its end, such as a filter for system calls. */
  readonly reads?: Uint8Array | undefined;
  /** Whether it tells on its descriptor 5 how it goes, for {@link refused}; nobody else may hold that open. @defaultValue false */
  readonly reports?: boolean | undefined;
  /**
   * Why nothing of the program has ever run, where that is sure: by its exit and the report, or by what it left. What is on stderr may
   * be the words of a program that has run.
   */
  readonly refused?: ((exit: Exit, stderr: string, report: string) => string | undefined) | undefined;
}

/**
 * A sandbox: a plain function from what is to be started to what is started instead, such as `bubblewrap(…)` or `docker(…)`. It must name
 * a program that starts the given one confined; where that program is missing the task fails, and nothing runs outside.
 */
export type Sandbox = (launch: Launch) => Launch;
