/** ✓ seen, ✗ failed, – does not apply here, with the reason. */
export type Mark = '✓' | '✗' | '–';

/** What was driven: an agent or a host, as it was installed. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** The Node that ran it, or nothing where it is a program of its own. */
  readonly node?: string | undefined;
}

/** What was looked at. */
export interface Capability {
  readonly id: string;
  /** In words, as the table has it. */
  readonly title: string;
}

/** One subject and one capability: what was seen. */
export interface Cell {
  readonly subject: string;
  readonly capability: string;
  readonly mark: Mark;
  /** Why it is no ✓, or what is worth knowing of one. */
  readonly note?: string | undefined;
  readonly seconds: number;
  /** When, as ISO 8601. */
  readonly at: string;
  /** The file beside the results with all that was said: ACP frames and model requests. */
  readonly traffic?: string | undefined;
}

/** What was said in a cell: an entry for each frame of the protocol, and one for each request to the model. */
export interface Traffic {
  readonly frames: readonly unknown[];
  readonly requests: readonly unknown[];
}

/** The last results of a matrix: a run of a part of it replaces that part. */
export interface MatrixResults {
  readonly platform: string;
  readonly subjects: readonly Subject[];
  readonly capabilities: readonly Capability[];
  readonly cells: readonly Cell[];
}
