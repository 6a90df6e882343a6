import type { ServerResponse } from 'node:http';
import type { Answer, ModelRequest } from './script.js';

/** What a provider's clients speak: how a request is read, and how an answer is written. */
export interface Protocol {
  /** The messages, as chat-completions has them, and the names of the tools. */
  read(body: Readonly<Record<string, unknown>>): Pick<ModelRequest, 'messages' | 'tools'>;
  /** Writes what a script answered, streamed or whole as the request asks for, until it is over or the client has gone. */
  answer(response: ServerResponse, answer: Answer, request: ModelRequest & { readonly path: string }, gone: AbortSignal): Promise<void>;
}
