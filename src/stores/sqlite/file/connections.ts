import { identityOf } from './place.js';

/*
 * The files that this process has open. Closing any descriptor of a file gives up all locks that the process has on it, so nothing reads
 * one of these but SQLite itself. One list for all copies of this library.
 */
const KEY = Symbol.for('sidestream.sqlite.connections');
const counts = ((globalThis as { [KEY]?: Map<string, number> })[KEY] ??= new Map<string, number>());

export const isConnected = (path: string): boolean => (counts.get(identityOf(path) ?? '') ?? 0) > 0;

/** Says that it is open; answers with how to say that it is not any more. */
export function connected(path: string): () => void {
  const identity = identityOf(path) ?? '';
  counts.set(identity, (counts.get(identity) ?? 0) + 1);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    const left = counts.get(identity)! - 1;
    if (left > 0) counts.set(identity, left);
    else counts.delete(identity);
  };
}
