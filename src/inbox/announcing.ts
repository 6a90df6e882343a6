import * as z from 'zod';
import { questionsSchema } from '../tools/answers/askedOf.js';
import { completionSchema } from '../tools/answers/completion.js';
import type { Inbox } from './inbox.js';
import { AT_ONCE, withEndings } from './withEndings.js';
import type { Tool, ToolAnswer } from '../tools/tool.js';
import type { Toolset } from '../tools/toolset.js';

const more = {
  ended: z.array(completionSchema).optional(), ended_more: z.number().optional(), ended_notice: z.string().optional(),
  questions: questionsSchema.optional(),
};

/**
 * The same tools, each answer of which begins with the tasks that have ended and were not told of yet (`ended`), and with what is asked and
 * their model may answer (`questions`): for parents without a safe moment of their own, such as a host on the other side of a protocol.
 * What an answer tells by itself is not told a second time. With a store it is named (`ended_notice`): what a next life of the session
 * tells again has the same name.
 */
export function announcing(toolset: Toolset, inbox: Inbox): Toolset {
  const announced = (tool: Tool): Tool => Object.freeze({
    ...tool,
    outputSchema: (tool.outputSchema as z.ZodObject).extend(more),
    execute: async (input, options) => {
      const answer: ToolAnswer = await tool.execute(input, options);
      // Who has gone is told nothing.
      if (options?.abortSignal?.aborted === true) return answer;
      const ready = inbox.ready(AT_ONCE);
      if (ready !== undefined) await ready;
      const batch = inbox.lease(AT_ONCE);
      if (batch === undefined) return answer;
      batch.acknowledge({ callId: options?.callId, signal: options?.abortSignal });
      return withEndings(answer, batch, inbox);
    },
  } satisfies Tool);
  return Object.freeze(Object.fromEntries(Object.entries(toolset).map(([name, tool]) => [name, announced(tool)])) as unknown as Toolset);
}
