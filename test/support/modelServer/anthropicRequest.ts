export interface AnthropicBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: AnthropicContent;
}

export type AnthropicContent = string | readonly AnthropicBlock[];

export interface AnthropicMessage {
  readonly role: 'user' | 'assistant' | 'system';
  readonly content: AnthropicContent;
}

/** The body of a request, as far as it is known here. */
export interface AnthropicRequest {
  readonly system?: AnthropicContent;
  readonly messages?: readonly AnthropicMessage[];
  /** Where the server keeps the conversation, only what is new is sent. */
  readonly thread?: { readonly type: string; readonly previous_message_id?: string };
  readonly tools?: readonly { readonly name?: string }[];
}
