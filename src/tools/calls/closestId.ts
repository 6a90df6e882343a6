/** Longer ids have too many neighbours. */
const LONGEST = 40;

const SMALL = Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_');
const ALL = [...SMALL, ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')];

/**
 * The id that one was probably meant for, where one slip explains it and no other id is as near: quotes around it, other case, one
 * character wrong, missing or too many, or two that changed places. What it costs depends on the id alone, however many tasks there are.
 *
 * @param exists - whether there is a task of that id
 */
export function closestId(id: string, exists: (id: string) => boolean): string | undefined {
  if (id.length > LONGEST) return undefined;
  for (const same of [id, id.trim().replace(/^["'`]|["'`.]$/g, ''), id.trim().toLowerCase()]) if (exists(same)) return same;
  const found = new Set<string>();
  for (const other of slipsOf(id)) if (other !== id && exists(other)) found.add(other);
  return found.size === 1 ? [...found][0] : undefined;
}

function* slipsOf(id: string): Generator<string, void, void> {
  const alphabet = /[A-Z]/.test(id) ? ALL : SMALL;
  for (let at = 0; at <= id.length; at++) {
    const [before, after] = [id.slice(0, at), id.slice(at + 1)];
    const here = id.slice(at);
    for (const other of alphabet) yield before + other + here;
    if (at === id.length) return;
    for (const other of alphabet) yield before + other + after;
    yield before + after;
    yield before + after.slice(0, 1) + here.slice(0, 1) + after.slice(1);
  }
}
