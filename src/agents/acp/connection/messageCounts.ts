/** Messages of an agent that were left out. */
export interface MessageCounts {
  /** Lines that are no JSON-RPC message, and answers to nothing. */
  malformed: number;
  /** Lines over the limit. */
  oversized: number;
  /** Methods and kinds of update that are not known here; extensions (`_…`) may be, and are not counted. */
  unknown: number;
  /** Is told of each that cannot be read, when it comes. */
  tell?: ((this: void, left: LeftOut) => void) | undefined;
}

/** A message that cannot be read. */
export interface LeftOut {
  readonly kind: 'malformed' | 'oversized';
  /** It, where there is anything to be seen. */
  readonly words: string;
}

/** Says what was left out since an earlier count, or nothing where nothing was. */
export function describeCounts(now: MessageCounts, then: MessageCounts): string | undefined {
  const parts = (['malformed', 'oversized', 'unknown'] as const)
    .map((kind) => [now[kind] - then[kind], kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`);
  return parts.length === 0 ? undefined : `[messages of the agent left out: ${parts.join(', ')}]`;
}
