/**
 * The pattern that a parent narrows a researcher to: the folder (`src/core/`), or in a flat directory the file, that
 * holds a good part of what there is on a question.
 *
 * The nearer to half the better, because to narrow to nearly all or nearly nothing would change nothing or leave
 * nothing; and the sooner the child comes upon something elsewhere, the better, because that shows that it needs
 * narrowing. It goes by the parent's own survey and not by what the child has printed so far, so the same directory
 * gives the same report.
 *
 * @param mentions how often the question is spoken of, by file
 * @param paths all files, in the order in which the child reads them
 */
export function chooseFocus(mentions: ReadonlyMap<string, number>, paths: readonly string[]): string | undefined {
  const total = [...mentions.values()].reduce((sum, count) => sum + count, 0);
  const groups = new Map<string, number>();
  for (const [path, count] of mentions) {
    for (const group of groupsOf(path)) groups.set(group, (groups.get(group) ?? 0) + count);
  }
  const ranks = new Map(paths.map((path, rank) => [path, rank]));
  const scored = [...groups].flatMap(([group, count]) => {
    const others = [...mentions.keys()].filter((path) => !path.startsWith(group));
    // A pattern fits wherever it is a part of a path, so it must not be a part of another one.
    if (others.some((path) => path.toLowerCase().includes(group.toLowerCase()))) return [];
    const wait = Math.min(...others.map((path) => ranks.get(path) ?? paths.length)) / paths.length;
    const evenness = (count * (total - count)) / (total * total);
    return [{ group, evenness, score: others.length === 0 ? 0 : evenness * (1 - wait) }];
  });
  scored.sort((a, b) => b.score - a.score || (a.group < b.group ? -1 : 1));
  // A folder if it has a tenth at least: to be told to look at one file only, nobody needs a researcher.
  const folder = scored.find(({ group, evenness }) => group.endsWith('/') && evenness >= 0.09);
  return (folder ?? scored[0])?.group;
}

/** The folders that a file is in, and the file. */
function groupsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/') + (depth + 1 < parts.length ? '/' : ''));
}
