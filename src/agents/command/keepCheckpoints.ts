import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { Json } from '../../core/json.js';
import { LineReader } from '../../processes/lineReader.js';
import type { CommandOptions } from './commandOptions.js';

/** Keeps what the lines of a text say to go on from, and changes nothing of it. A line that is too long says nothing. */
export const keepCheckpoints = (
  checkpoint: NonNullable<CommandOptions['checkpoint']>, keep: (saved: Json) => void, maxLine: number,
): MonoTypeOperatorFunction<string> => (chunks) => defer(() => {
  const reader = new LineReader(maxLine);
  return chunks.pipe(tap((chunk) => {
    for (const each of reader.read(chunk)) {
      const saved = checkpoint(each);
      if (saved !== undefined) keep(saved);
    }
  }));
});
