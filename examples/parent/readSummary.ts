import { readCitation, type Citation } from '../researcher/citation.js';

/** A researcher's result, taken apart: its answer, the places that it cites, and how it searched. */
export function readSummary(summary: string): {
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly remarks: readonly string[];
} {
  const [answer = '', ...rest] = summary.split('\n');
  const citations: Citation[] = [];
  const remarks: string[] = [];
  for (const line of rest) {
    const citation = readCitation(line);
    if (citation === undefined) remarks.push(line);
    else citations.push(citation);
  }
  return { answer, citations, remarks };
}
