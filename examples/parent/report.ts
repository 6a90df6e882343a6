import type { Citation } from '../researcher/citation.js';

/** What the main job comes to. Plain data: `--json` prints it as it is. */
export interface Report {
  readonly directory: string;
  readonly files: number;
  readonly questions: readonly QuestionReport[];
  /** Every citation was looked up again in the file that it names. */
  readonly citations: { readonly checked: number; readonly found: number };
}

/** What one researcher came to. */
export interface QuestionReport {
  readonly question: string;
  readonly task_id: string;
  readonly status: string;
  /** What the researcher was told in mid-run. */
  readonly steered?: string;
  /** Its answer, or the sentence that says why there is none. */
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** How much of the directory that speaks for. */
  readonly remarks: readonly string[];
}
