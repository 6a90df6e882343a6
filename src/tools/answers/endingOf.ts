import type { Outcome } from '../../core/events.js';
import { isParts } from '../../core/parts.js';
import type { Task } from '../../core/task.js';
import { capText } from './text/capText.js';
import { summaryOf } from './text/summaryOf.js';

/** What an answer tells of an ended task. */
export interface Told {
  readonly summary?: string;
  /** In place of the summary, where the result has a schema, and fits: the data itself. */
  readonly result?: unknown;
  readonly error?: string;
  /** What there was of a result, where a limit has ended it, or its schema has refused it. */
  readonly partial?: string;
  readonly code?: string;
  readonly reason?: string;
  /** Whether anything of it was cut, or is a file that does not go with it. */
  readonly truncated: boolean;
}

/** A task, or its end by itself. */
export type Ended = Pick<Task, 'outcome'> & Partial<Pick<Task, 'resultSchema'>>;

/** What to tell of a task's end; of one that goes on, nothing. @param most - characters of its summary, partial result, error or reason */
export function endingOf({ outcome, resultSchema }: Ended, most?: number): Told {
  switch (outcome?.type) {
    case 'completed': return completed(outcome.result, resultSchema !== undefined, most);
    case 'failed': {
      const { text, truncated } = capText(outcome.error.message, most);
      const failed = { error: text, code: outcome.error.code, truncated };
      if (!('partial' in outcome)) return failed;
      const partial = summaryOf(outcome.partial, most);
      return { ...failed, partial: partial.text, truncated: truncated || partial.truncated };
    }
    case 'cancelled': {
      const { text, truncated } = capText(outcome.reason, most);
      return { reason: text, truncated };
    }
    default:
      return { truncated: false };
  }
}

function completed(result: unknown, hasSchema: boolean, most: number | undefined): Told {
  const { text, truncated } = summaryOf(result, most);
  if (hasFiles(result)) return { summary: text, truncated: true };
  const data = !hasSchema || truncated || isParts(result) ? undefined : dataOf(result, text);
  return data === undefined ? { summary: text, truncated } : { result: data, truncated };
}

/** What is shown of a result, as data; nothing where JSON has no words for it. */
function dataOf(result: unknown, text: string): unknown {
  if (typeof result === 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a result has parts that are files. */
export const hasFiles = (result: unknown): boolean => isParts(result) && result.parts.some((part) => 'mediaType' in part);

/** What there is of a result, if anything. */
export const valueOf = (outcome: Outcome | undefined): { readonly value: unknown } | undefined =>
  outcome?.type === 'completed' ? { value: outcome.result }
    : outcome?.type === 'failed' && 'partial' in outcome ? { value: outcome.partial } : undefined;
