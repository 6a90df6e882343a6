/** Why something was not read. The order is the order in which a report names them. */
export const skipReasons = [
  'unreadable',
  'unreadable directory',
  'binary',
  'not UTF-8',
  'over 1 MB',
  'minified or generated',
  'empty',
  'symbolic link',
  'special file',
  'odd name',
  'left out directory',
] as const;

export type SkipReason = (typeof skipReasons)[number];

/** How many of each were skipped. */
export type Skipped = ReadonlyMap<SkipReason, number>;

/** Counts one more. */
export function countSkipped(skipped: Map<SkipReason, number>, reason: SkipReason, by = 1): void {
  skipped.set(reason, (skipped.get(reason) ?? 0) + by);
}

/** "skipped 3 binary, 1 symbolic link", or `undefined` where nothing was. */
export function describeSkipped(skipped: Skipped): string | undefined {
  const parts = skipReasons.flatMap((reason) => {
    const count = skipped.get(reason) ?? 0;
    return count === 0 ? [] : [`${count} ${plural(reason, count)}`];
  });
  return parts.length === 0 ? undefined : `skipped ${parts.join(', ')}`;
}

function plural(reason: SkipReason, count: number): string {
  if (count === 1) return reason;
  return reason.replace(/directory$/, 'directories').replace(/(link|file|name)$/, '$1s');
}
