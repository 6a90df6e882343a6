import type { ModelMessage } from './sdk.js';

/** A message that we have put into a conversation. */
export interface Note {
  readonly message: ModelMessage;
  /** How many messages of the conversation itself came before it. */
  readonly at: number;
}

/** The messages without ours: what a step hands over has them in version 7 and has not in 6. */
export const unwoven = (messages: readonly ModelMessage[], notes: readonly Note[]): readonly ModelMessage[] =>
  messages.filter((message) => !notes.some((note) => note.message === message || isSame(note.message, message)));

/** The conversation with our messages at their places, in the order of the notes, and never between a tool's call and its result. */
export function woven(messages: readonly ModelMessage[], notes: readonly Note[]): ModelMessage[] {
  const all: ModelMessage[] = [...messages];
  // From the last one on, so that the places of the earlier ones hold.
  for (const { message, at } of notes.toReversed()) {
    let place = Math.min(at, messages.length);
    while (messages[place]?.role === 'tool') place++;
    all.splice(place, 0, message);
  }
  return all;
}

const isSame = (one: ModelMessage, other: ModelMessage): boolean => one.role === other.role && one.content === other.content;
