import type { Outcome } from '../../core/events.js';
import { capText } from './text/capText.js';
import { summaryOf } from './text/summaryOf.js';

/** What an answer tells of an ended task. */
export interface Told {
  readonly summary?: string;
  readonly error?: string;
  /** What there was of a result, where a limit has ended it. */
  readonly partial?: string;
  readonly code?: string;
  readonly reason?: string;
  /** Whether anything of it was cut. */
  readonly truncated: boolean;
}

/** What to tell of a task's end; of one that goes on, nothing. @param most - characters of its summary, partial result, error or reason */
export function endingOf(outcome: Outcome | undefined, most?: number): Told {
  switch (outcome?.type) {
    case 'completed': {
      const { text, truncated } = summaryOf(outcome.result, most);
      return { summary: text, truncated };
    }
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
