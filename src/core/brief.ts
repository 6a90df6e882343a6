/** What is asked of an agent. An agent's own schema may add fields. */
export interface Brief {
  /** What to do, in words; never blank. */
  readonly goal: string;
  /** What the child should know beforehand. */
  readonly context?: string | undefined;
  /** The id of an ended task of the same agent and scope whose conversation goes on with this. @defaultValue none: a new one */
  readonly follow_up?: string | undefined;
}
