/** A call in a message of chat-completions; a tool of another type is no tool of ours. */
export interface ChatCall {
  readonly id: string;
  readonly type: string;
  readonly function?: { readonly name: string; readonly arguments: string };
}

/** What answers it. */
export interface ChatAnswer {
  role: 'tool';
  tool_call_id: string;
  content: string;
}

/** An item of a response; those that are no calls of functions are passed over. */
export interface ResponsesItem {
  readonly type?: string | undefined;
  readonly call_id?: string | null;
  readonly name?: string | null;
  readonly arguments?: unknown;
}

/** What answers a call of a response. */
export interface ResponsesAnswer {
  type: 'function_call_output';
  call_id: string;
  output: string;
}
