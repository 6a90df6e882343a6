import type { Report } from './report.js';
import type { Survey } from './surveyDirectory.js';

/** A tool's answer, as a program reads it: JSON, and more in it than it needs. */
export type Answer = Readonly<Record<string, unknown>> & { readonly ok: boolean };

/** One call of a tool. */
export interface Call {
  /** Seconds since the parent started. */
  readonly at: number;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Where the parent's work is shown while it happens. */
export interface Printer {
  start(directory: string, description: string): void;
  /** A new section of the work. */
  section(title: string): void;
  /** What the parent thinks. */
  note(text: string): void;
  called(call: Call): void;
  answered(call: Call, answer: Answer): void;
  survey(survey: Survey): void;
  report(report: Report): void;
}
