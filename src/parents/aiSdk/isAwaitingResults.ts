import type { ModelMessage } from './sdk.js';

/** Whether the conversation ends in calls some of which have no result yet; nothing may stand between the two. */
export function isAwaitingResults(messages: readonly ModelMessage[]): boolean {
  const asked = messages.findLast(({ role }) => role === 'assistant');
  const open = new Set(partsOf(asked).filter(({ type, providerExecuted }) => type === 'tool-call' && providerExecuted !== true).map(idOf));
  for (const message of messages) {
    for (const part of partsOf(message)) if (part.type === 'tool-result') open.delete(idOf(part));
  }
  return open.size > 0;
}

interface Part {
  readonly type: string;
  readonly toolCallId?: string;
  readonly providerExecuted?: boolean | undefined;
}

const partsOf = (message: ModelMessage | undefined): readonly Part[] =>
  Array.isArray(message?.content) ? message.content : [];

const idOf = ({ toolCallId }: Part): string | undefined => toolCallId;
