import type { AskedQuestion } from '../tools/answers/askedOf.js';
import { mediaOf, withMedia } from '../tools/answers/media/mediaOf.js';
import type { Completion } from '../tools/answers/completion.js';
import type { ToolAnswer } from '../tools/tool.js';
import type { Batch, Inbox } from './inbox.js';

/** News of a batch that goes out with an answer: what is beyond comes with the next answers. */
export const AT_ONCE = 30;

interface Own {
  readonly ended?: readonly Completion[];
  readonly ended_more?: number;
  readonly questions?: readonly AskedQuestion[];
}

/**
 * Puts what has ended, and what is asked, at the head of an answer, and how many more have; a list that the answer has of its own then
 * continues it. What may be told again by a next life of the session is named.
 */
export function withEndings(answer: ToolAnswer, { id, isKept, digest, more, questions }: Batch, { waiting, asking }: Inbox): ToolAnswer {
  const { ended = [], ended_more = 0, questions: own = [], ...rest } = answer as ToolAnswer & Own;
  const left = more + Math.max(ended_more, waiting - asking);
  const asked = [...questions, ...own];
  const isTold = digest.length > 0 || ended.length > 0 || questions.length === 0;
  return withMedia({
    ...asked.length > 0 && { questions: asked }, ...isTold && { ended: [...digest, ...ended] },
    ...isKept === true && { ended_notice: id }, ...left === 0 ? {} : { ended_more: left }, ...rest,
  }, mediaOf(answer));
}
