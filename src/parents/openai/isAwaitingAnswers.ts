/** A message of chat-completions, or an item of the Responses API. */
interface Entry {
  readonly tool_calls?: readonly { readonly id: string }[] | null;
  readonly tool_call_id?: string;
  readonly type?: string;
  readonly call_id?: string;
}

/** Whether some call of the conversation has no answer yet; nothing may stand between the two. */
export function isAwaitingAnswers(conversation: readonly object[]): boolean {
  const open = new Set<string | undefined>();
  for (const { tool_calls, tool_call_id, type, call_id } of conversation as readonly Entry[]) {
    for (const { id } of tool_calls ?? []) open.add(id);
    if (type === 'function_call') open.add(call_id);
    open.delete(type === 'function_call_output' ? call_id : tool_call_id);
  }
  return open.size > 0;
}
