/** What `client.beta.messages.toolRunner()` answers with, as far as it is needed here. */
export interface ToolRunner<T> extends AsyncIterable<T> {
  readonly params: { readonly messages: readonly { readonly role: string }[] };
  pushMessages(...messages: readonly ToolRunnerMessage[]): void;
  generateToolResponse(): Promise<{ readonly content: unknown } | null>;
}

/** A message as it is pushed: its content is the SDK's own, or a text. */
export interface ToolRunnerMessage {
  readonly role: 'user' | 'assistant';
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- blocks of the SDK's many types, which are passed on as they are
  readonly content: any;
}
