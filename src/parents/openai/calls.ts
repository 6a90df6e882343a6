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

/** The files of answers, which follow them as a message of the user. */
export interface ChatMedia {
  role: 'user';
  content: (
    | { type: 'text'; text: string }
    | { type: 'image_url'; image_url: { url: string } }
    | { type: 'file'; file: { filename: string; file_data: string } }
  )[];
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
  /** The answer as JSON; in a list with the files of a result, where it has some. */
  output: string | ResponsesPart[];
}

/** A part of such an output. */
export type ResponsesPart =
  | { type: 'input_text'; text: string }
  | { type: 'input_image'; image_url: string; detail: 'auto' }
  | { type: 'input_file'; filename: string; file_data: string };
