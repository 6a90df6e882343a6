import type { Outcome } from '../../core/events.js';
import { capText } from './text/capText.js';
import { summaryOf } from './text/summaryOf.js';

/** What an answer tells of an ended task. */
export interface Told {
  readonly summary?: string;
  readonly error?: string;
  readonly code?: string;
  readonly reason?: string;
  /** Whether anything of it was cut. */
  readonly truncated: boolean;
}

/** What to tell of a task's end; of one that goes on, nothing. @param most - characters of its summary, error or reason */
export function endingOf(outcome: Outcome | undefined, most?: number): Told {
  switch (outcome?.type) {
    case 'completed': {
      const { text, truncated } = summaryOf(outcome.result, most);
      return { summary: text, truncated };
    }
    case 'failed': {
      const { text, truncated } = capText(outcome.error.message, most);
      return { error: text, code: outcome.error.code, truncated };
    }
    case 'cancelled': {
      const { text, truncated } = capText(outcome.reason, most);
      return { reason: text, truncated };
    }
    default:
      return { truncated: false };
  }
}
