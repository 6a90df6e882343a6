/** Ids that are compared at most; a session that has more is asked about its newest. */
const MOST = 1_000;
const LONGEST = 64;

/** The id that one was probably meant for: models copy ids wrongly by a character or two. */
export function closestId(id: string, ids: readonly string[]): string | undefined {
  if (id.length > LONGEST) return undefined;
  let closest: string | undefined;
  let least = (id.length < 12 ? 2 : 3) + 1;
  for (const other of ids.slice(-MOST)) {
    if (Math.abs(other.length - id.length) >= least) continue;
    const steps = distance(id, other);
    if (steps < least) [closest, least] = [other, steps];
  }
  return closest;
}

/** The Levenshtein distance, by rows. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
