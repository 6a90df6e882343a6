import type { Readable } from 'node:stream';
import { concat, defer, map, mergeMap, tap, type Observable } from 'rxjs';
import { chunksOf } from '../../command/outputsOf.js';
import { LineReader } from '../../../processes/lineReader.js';
import { isMessage, type JsonRpcMessage } from './jsonRpc.js';
import type { MessageCounts } from './messageCounts.js';

/**
 * The messages in a decoded stream, one a line. What is none, or is too long, is counted and left out: agents log to stdout by mistake, and
 * no line of theirs may end a connection.
 */
export function messagesOf(stream: Readable, maxLength: number, counts: MessageCounts): Observable<JsonRpcMessage> {
  return defer(() => {
    const reader = new LineReader(maxLength);
    return concat(
      chunksOf(stream).pipe(map((chunk) => reader.read(chunk))),
      defer(() => [reader.rest()]),
    ).pipe(
      tap(() => {
        if (reader.oversized > counts.oversized) counts.tell?.({ kind: 'oversized', words: '' });
        counts.oversized = reader.oversized;
      }),
      mergeMap((lines) => lines.flatMap((each) => read(each, counts))),
    );
  });
}

function read(line: string, counts: MessageCounts): readonly JsonRpcMessage[] {
  if (line.trim() === '') return [];
  try {
    const message: unknown = JSON.parse(line);
    if (isMessage(message)) return [message];
  } catch {
    // Counted below, as what is JSON and no message is.
  }
  counts.malformed += 1;
  counts.tell?.({ kind: 'malformed', words: line });
  return [];
}
