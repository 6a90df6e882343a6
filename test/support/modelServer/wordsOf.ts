import type { ChatMessage } from './script.js';

/** The text of a message, however it was sent. */
export function wordsOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('');
}
