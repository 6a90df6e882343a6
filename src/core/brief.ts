/** What is asked of an agent. An agent's own schema may add fields. */
export interface Brief {
  /** What to do, in words; never blank. */
  readonly goal: string;
  /** What the child should know beforehand. */
  readonly context?: string | undefined;
}
