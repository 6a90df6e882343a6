/** What was seen of one agent, or of what is around them. */
export interface Finding {
  /** The agent's name; of what is around them what it is. */
  readonly name: string;
  readonly kind: string;
  readonly ok: boolean;
  /** Where it is not well: what is wrong, and what to do. */
  readonly problem?: string;
  /** Where it is: what was tried. */
  readonly did?: string;
  /** What is no fault, and may be one day. */
  readonly notes: readonly string[];
  /** Of its program, where it says it. */
  readonly version?: string;
  /** Milliseconds that it took. */
  readonly elapsed: number;
}
