import { mediaOf, withMedia } from '../tools/answers/media/mediaOf.js';
import type { Completion } from '../tools/answers/completion.js';
import type { ToolAnswer } from '../tools/tool.js';
import type { Batch, Inbox } from './inbox.js';

/** Completions of a batch that goes out with an answer: what is beyond comes with the next answers. */
export const AT_ONCE = 30;

/**
 * Puts what has ended at the head of an answer, and how many more have; a list that the answer has of its own then continues it. What may
 * be told again by a next life of the session is named.
 */
export function withEndings(answer: ToolAnswer, { id, isKept, digest, more }: Batch, { waiting }: Inbox): ToolAnswer {
  const { ended = [], ended_more = 0, ...rest } = answer as ToolAnswer & {
    readonly ended?: readonly Completion[]; readonly ended_more?: number;
  };
  const left = more + Math.max(ended_more, waiting);
  return withMedia({
    ended: [...digest, ...ended], ...isKept === true && { ended_notice: id }, ...left === 0 ? {} : { ended_more: left }, ...rest,
  }, mediaOf(answer));
}
