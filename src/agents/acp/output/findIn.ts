/** How many things are looked at. */
const MAX_LOOKS = 200;

/** The first object in what an agent says as `_meta` of which a field is so: each nests what it has to say under a name of its own. */
export function findIn(
  meta: unknown, isSo: (key: string, value: unknown) => boolean,
): Readonly<Record<string, unknown>> | undefined {
  const toSee: unknown[] = [meta];
  for (let seen = 0; seen < toSee.length && seen < MAX_LOOKS; seen += 1) {
    const each = toSee[seen];
    if (typeof each !== 'object' || each === null) continue;
    const fields: readonly (readonly [string, unknown])[] = Object.entries(each).slice(0, MAX_LOOKS);
    if (fields.some(([key, value]) => isSo(key, value))) return each as Readonly<Record<string, unknown>>;
    toSee.push(...fields.map(([, value]) => value));
  }
  return undefined;
}
