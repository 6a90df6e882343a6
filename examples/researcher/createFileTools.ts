import { tool, type ToolSet } from 'ai';
import { z } from 'zod';
import { listFiles } from '../corpus/listFiles.js';
import { readLines } from '../corpus/readLines.js';
import { writeCitation } from './citation.js';
import { createReading } from './createReading.js';
import { pathPattern } from './pathPattern.js';
import { readQuestion } from './readQuestion.js';

/** Lines that one look at a file shows at most. */
const mostLines = 120;

/** What a model may do with a directory: search it, and read lines of the files that are listed in it, and of no others. */
export function createFileTools(directory: string): ToolSet {
  let listing: ReturnType<typeof listFiles> | undefined;
  const list = (): ReturnType<typeof listFiles> => (listing ??= listFiles(directory));

  return {
    search: tool({
      description: 'Searches all files for words and answers with the best places, each as "path:line  excerpt".',
      inputSchema: z.object({
        words: z.string().describe('Words or identifiers to look for, parted by blanks.'),
        only: z.string().optional().describe('A glob, or a part of a path: only these files.'),
      }),
      execute: async ({ words, only = '' }, { abortSignal = new AbortController().signal }) => {
        const { paths } = await list();
        const reading = createReading({ directory, paths: paths.filter(pathPattern(only)), question: readQuestion(words) });
        while (!reading.done) await reading.step(abortSignal);
        const places = reading.best(8).map((finding) => writeCitation(finding));
        return places.length === 0 ? `Nothing found in ${reading.total} files. Try other words.` : places.join('\n');
      },
    }),

    read_lines: tool({
      description: `Reads lines of one file, at most ${mostLines}, each as "number  text".`,
      inputSchema: z.object({
        path: z.string().describe('A path as search gives it.'),
        from: z.int().min(1).describe('The first line, counted from 1.'),
        to: z.int().min(1).describe('The last line.'),
      }),
      execute: async ({ path, from, to }) => {
        const { paths } = await list();
        if (!paths.includes(path)) return `There is no file ${path} here. Take a path from search.`;
        const file = await readLines(directory, path);
        if (file.skipped !== undefined) return `${path} cannot be read: ${file.skipped}.`;
        const lines = file.lines.slice(from - 1, Math.min(to, from - 1 + mostLines));
        return lines.length === 0 ? `${path} has ${file.lines.length} lines.` : lines.map((line, n) => `${from + n}  ${line}`).join('\n');
      },
    }),
  };
}
