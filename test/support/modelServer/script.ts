/** What a model is asked, as a script sees it. */
export interface ModelRequest {
  /** Counted from 0, over the whole life of the server. */
  readonly index: number;
  readonly messages: readonly ChatMessage[];
  /** The names of the tools that were offered. */
  readonly tools: readonly string[];
  readonly model: string;
  /** The whole body, for whatever else was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** One message of a chat-completions request. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content?: string | readonly { readonly type: string; readonly text?: string }[] | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
  readonly tool_call_id?: string;
}

/** What the model does with one request: it answers, or the provider refuses it. */
export type Turn = Answer | Refusal;

/** An answer: text first, then tool calls, then its end. */
export interface Answer {
  /** Tokens; a string is a single one. What is iterated asynchronously is sent as it comes. */
  readonly say?: string | Iterable<string> | AsyncIterable<string>;
  readonly call?: readonly ToolCall[];
  /** @defaultValue 10 and 5 tokens */
  readonly usage?: { readonly input: number; readonly output: number };
  /** @defaultValue `tool_calls` where there are some, else `stop` */
  readonly finish?: string;
  /** Milliseconds before each token. */
  readonly pace?: number;
  /**
   * Instead of the end: `cut` destroys the connection, `end` ends the response as if that were all, `garbage` sends what is no
   * JSON, `mumble` does the same and stays open, `error` sends an error in the stream, and `hang` nothing more for ever.
   */
  readonly then?: 'cut' | 'end' | 'garbage' | 'mumble' | 'error' | 'hang';
}

/** A refusal before anything was streamed. */
export interface Refusal {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A tool call; arguments that are a string are sent as they are, broken ones too. */
export interface ToolCall {
  readonly name: string;
  /** Of the Responses API: what the name is one of, such as the tools of an MCP server. */
  readonly namespace?: string;
  readonly input?: unknown;
}

/** Decides what the model does with a request. */
export type Script = (request: ModelRequest) => Turn | Promise<Turn>;
