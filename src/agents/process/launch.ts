/** A program and how it is to be started: never a shell's command line. */
export interface Launch {
  /** A path, or a name to be looked up on the `PATH` of {@link env}. */
  readonly file: string;
  readonly args: readonly string[];
  /** The working directory; an absolute path. */
  readonly cwd: string;
  /** The whole environment of the program: nothing is added to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What to say where the program is missing: how it is installed. */
  readonly install?: string | undefined;
  /** A program and its arguments to run when this one is gone, also where this whole process died: what gives back what it held. */
  readonly after?: readonly [file: string, ...args: string[]] | undefined;
}

/**
 * A sandbox: a plain function from what is to be started to what is started instead, such as `bubblewrap(…)` or `docker(…)`. It must name
 * a program that starts the given one confined; where that program is missing the task fails, and nothing runs outside.
 */
export type Sandbox = (launch: Launch) => Launch;
