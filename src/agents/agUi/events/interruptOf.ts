import type { Interrupt } from '@ag-ui/client';
import type { JsonObject } from '../../../core/json.js';
import type { QuestionData } from '../../../core/question.js';

/**
 * A question as what an AG-UI run waits for: its id is the question's, and `metadata` has the rest of it.
 *
 * @param wrong - what was wrong with the answer before
 */
export function interruptOf(question: QuestionData, wrong?: string): Interrupt {
  const { id, kind, text, until, taskId, agent, options, detail, default: fallback } = question;
  return {
    id,
    reason: kind === 'confirm' || kind === 'permission' ? 'confirmation' : 'input_required',
    message: text,
    responseSchema: schemaOf(question),
    ...until !== undefined && { expiresAt: new Date(until).toISOString() },
    metadata: {
      kind, taskId, agent,
      ...options !== undefined && { options }, ...detail !== undefined && { detail }, ...fallback !== undefined && { default: fallback },
      ...wrong !== undefined && { error: wrong },
    },
  };
}

function schemaOf({ kind, options = [], schema }: QuestionData): JsonObject {
  switch (kind) {
    case 'text': return { type: 'string' };
    case 'confirm': return { type: 'boolean' };
    case 'choice':
    case 'permission': return { type: 'string', oneOf: options.map(({ id, label = id }) => ({ const: id, title: label })) };
    case 'form': return schema!;
  }
}
