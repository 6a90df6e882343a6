import { unquotable } from '../corpus/unquotable.js';

/** One place in the files, and what stands there. */
export interface Citation {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** A literal piece of that line. */
  readonly excerpt: string;
  /** Whether the line says more before it … */
  readonly cutBefore: boolean;
  /** … and after it. */
  readonly cutAfter: boolean;
}

const longest = 100;
const written = /^(.+?):(\d+) {2}(… )?(.*?)( …)?(?: {2}\([\d.e+-]+\))?$/;

/** `path:line  excerpt`, with marks where the line says more. */
export function writeCitation({ path, line, excerpt, cutBefore, cutAfter }: Citation): string {
  return `${path}:${line}  ${cutBefore ? '… ' : ''}${excerpt}${cutAfter ? ' …' : ''}`;
}

/** Reads back what {@link writeCitation} wrote, a score behind it or not; `undefined` for any other line. */
export function readCitation(text: string): Citation | undefined {
  const [, path, line, before, excerpt, after] = written.exec(text) ?? [];
  if (path === undefined || line === undefined || excerpt === undefined) return undefined;
  return { path, line: Number(line), excerpt, cutBefore: before !== undefined, cutAfter: after !== undefined };
}

/**
 * The piece of a line that is quoted: at most 100 characters, those that weigh most, and never over what is
 * {@link unquotable}.
 */
export function excerptOf(
  line: string,
  weigh: (piece: string) => number,
): Pick<Citation, 'excerpt' | 'cutBefore' | 'cutAfter'> {
  const runs = line
    .split(unquotable)
    // Without the mark of a comment or a list: it says nothing, and stands before every line.
    .map((run) => run.trim().replace(/^(?:\*+|\/{2,3}) +/, ''));
  const run = heaviest(runs.filter((candidate) => candidate !== ''), weigh);
  const excerpt = run.length <= longest ? run : pieceOf(run, weigh);
  const at = line.indexOf(excerpt);
  return {
    excerpt,
    cutBefore: /[^\s*/]/.test(line.slice(0, at)),
    cutAfter: /\S/.test(line.slice(at + excerpt.length)),
  };
}

/** Whole words. Where to begin is tried every few words only, as a line may be a whole chapter. */
function pieceOf(run: string, weigh: (piece: string) => number): string {
  const pieces: string[] = [];
  for (let start = 0; start < run.length; ) {
    const piece = run.slice(start, start + longest);
    pieces.push((start + longest < run.length ? piece.replace(/\s+\S*$/, '') : piece).trim());
    const next = /\s/g;
    next.lastIndex = start + longest / 4;
    start = (next.exec(run)?.index ?? run.length) + 1;
  }
  return heaviest(pieces, weigh);
}

/** The first of those that weigh most. */
function heaviest(pieces: readonly string[], weigh: (piece: string) => number): string {
  const [first = '', ...others] = pieces;
  return others.reduce((best, piece) => (weigh(piece) > weigh(best) ? piece : best), first);
}
