import type { CommandOptions } from './commandOptions.js';

/** How a steering message stands on stdin. */
export function frameOf(steering: NonNullable<CommandOptions['steering']>): (message: string) => string {
  if (typeof steering === 'function') return steering;
  return steering === 'json'
    ? (message) => `${JSON.stringify({ type: 'steer', text: message })}\n`
    : (message) => `${message.trim().split(/[\r\n]+/).map((part) => part.trim()).join(' ')}\n`;
}
