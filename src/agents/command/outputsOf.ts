import type { Readable } from 'node:stream';
import { concat, defer, fromEvent, map, merge, mergeMap, takeUntil, type Observable } from 'rxjs';
import { line, text, type AgentOutput } from '../../core/output.js';
import { LineReader } from '../../processes/lineReader.js';
import type { Read } from './commandOptions.js';

/** No line comes of it, and yet an idle watch sees that the program lives. */
export const ALIVE = text('');

/** A decoded stream as it comes, without the mark of its encoding in front, until its end or its closing. */
export const chunksOf = (stream: Readable): Observable<string> => (fromEvent(stream, 'data') as Observable<string>).pipe(
  map((chunk, at) => at === 0 && chunk.startsWith('\ufeff') ? chunk.slice(1) : chunk),
  takeUntil(merge(fromEvent(stream, 'end'), fromEvent(stream, 'close'))),
);

/** What the lines of a stream say, the last one also where it has no newline; and a sign of life where they say nothing. */
export function readLines<R>(chunks: Observable<string>, read: Read<R>, maxLine: number): Observable<AgentOutput<R> | string> {
  return defer(() => {
    const reader = new LineReader(maxLine);
    let told = 0;
    const said = (lines: readonly string[]): readonly (AgentOutput<R> | string)[] => {
      const leftOut = reader.oversized - told;
      told = reader.oversized;
      const outputs = lines.flatMap((each) => read(each) ?? []) as (AgentOutput<R> | string)[];
      return leftOut === 0 ? outputs : [line(`[… left out, longer than ${maxLine} characters: ${leftOut} …]`), ...outputs];
    };
    return concat(
      chunks.pipe(map((chunk) => said(reader.read(chunk))), map((outputs) => outputs.length === 0 ? [ALIVE] : outputs)),
      defer(() => [said(reader.rest())]),
    ).pipe(mergeMap((outputs) => outputs));
  });
}
