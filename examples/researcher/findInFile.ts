import { isProse, titleOf } from '../corpus/titleOf.js';
import { wordsOf } from '../corpus/wordsOf.js';
import { excerptOf, type Citation } from './citation.js';
import type { Question } from './readQuestion.js';

/** A few lines that belong together and hold words of the question, with the line in them that says most. */
export interface Passage extends Citation {
  /** The names of what is declared or headed here. */
  readonly title: string;
  /** Where nothing is: the name of what stands last above, since the passage is likely to be a part of that. */
  readonly section: string;
  readonly text: string;
}

/** A passage ends at the first gap after so many lines, and without a gap after so many. */
const enoughLines = 6;
const tooManyLines = 18;

// Blank, or nothing but what frames a comment.
const gap = /^[\s*#/\-=+|<>!]*$/;
// Lines that only bring names in: full of the words asked for, and never an answer.
const plumbing =
  /^[\s*/#>.]*(import\b|from\s+\S+\s+import\b|#?\s*include\b|using\s|use\s+[\w:]+|export\b.*\bfrom\b|\}\s*from\b|.*\brequire\()/;

/** The passages of one file that hold words of the question. */
export function findInFile(path: string, lines: readonly string[], question: Question): Passage[] {
  const { mentions } = question;
  // A first look that is cheap: most files have no word of the question, and most passages of the others have none.
  if (!lines.some((line) => mentions.test(line))) return [];

  const passages: Passage[] = [];
  for (let start = 0, end = 0; start < lines.length; start = end) {
    end = endOf(lines, start);
    const body = lines.slice(start, end).map((line) => (isPlumbing(line, path) ? '' : visible(line, path)));
    if (!body.some((line) => mentions.test(line))) continue;
    const best = bestLine(body, question, path);
    if (best === undefined) continue;
    const piece = excerptOf(lines[start + best] ?? '', (some) => weigh(visible(some, path), question));
    passages.push({ path, line: start + best + 1, ...piece, ...titlesAt(lines, start, end, path), text: body.join('\n') });
  }
  return passages;
}

/** Where the passage that starts here ends. */
function endOf(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (end < lines.length && end - start < tooManyLines && !(end - start >= enoughLines && gap.test(lines[end] ?? ''))) end += 1;
  return end;
}

function titlesAt(lines: readonly string[], start: number, end: number, path: string): Pick<Passage, 'title' | 'section'> {
  const at = (index: number): string | undefined => titleOf(lines[index] ?? '', lines[index + 1], path)?.name;
  const titles = Array.from({ length: end - start }, (_, i) => at(start + i)).filter((title) => title !== undefined);
  if (titles.length > 0) return { title: titles.join(' '), section: '' };

  // What is further away is seldom what this is a part of.
  for (let above = start - 1; above >= Math.max(start - 100, 0); above--) {
    const section = at(above);
    if (section !== undefined) return { title: '', section };
  }
  return { title: '', section: '' };
}

/** What a reader sees of a line: of a page, not the tags, whose `class` and `code` would answer every question about them. */
function visible(line: string, path: string): string {
  return /\.(x?html?|xml|svg)$/i.test(path) ? line.replace(/<[^>]*(>|$)|^[^<]*>/g, ' ') : line;
}

function isPlumbing(line: string, path: string): boolean {
  return !isProse(path) && plumbing.test(line);
}

function bestLine(body: readonly string[], question: Question, path: string): number | undefined {
  let best: number | undefined;
  let most = 0;
  body.forEach((line, index) => {
    const weight = weigh(line, question);
    if (weight === 0) return;
    // Of lines that say the same, the one that gives it a name.
    const named = weight + (titleOf(line, body[index + 1], path) === undefined ? 0 : 0.25);
    if (named > most) [best, most] = [index, named];
  });
  return best;
}

function weigh(line: string, question: Question): number {
  let sum = 0;
  const words = new Set(wordsOf(line));
  for (const [word, weight] of question.weights) {
    if (words.has(word)) sum += weight;
    else if (word.length >= 4 && [...words].some((other) => other.startsWith(word))) sum += weight / 2;
  }
  return sum;
}
