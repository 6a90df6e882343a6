import type { Writable } from 'node:stream';

/** Writes to a program's stdin; settles when the program's side has taken it, and rejects when it never will. */
export const feed = (stdin: Writable, text: string): Promise<void> => new Promise((resolve, reject) => {
  stdin.write(text, (error) => {
    if (error) reject(error);
    else resolve();
  });
});
