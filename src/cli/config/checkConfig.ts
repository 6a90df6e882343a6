import { CliError } from '../cliError.js';
import { configSchema, type Config } from './configSchema.js';
import { JsonError } from './json/jsonError.js';
import { readJson, type JsonNode } from './json/readJson.js';
import { nameOf, problemsOf, type Problem } from './problemsOf.js';
import type { Source } from './readSource.js';
import { isComment, withoutComments } from './withoutComments.js';

/** What a text says, and all that is wrong with it. */
export interface Checked {
  /** Without its remarks. */
  readonly value: unknown;
  /** Where nothing is wrong. */
  readonly config?: Config;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /** `12:5` of a place in the text. */
  place(this: void, problem: Pick<Problem, 'path' | 'at'>): string;
}

/** Reads a text as a config. @throws CliError where it is no JSON */
export function checkConfig({ path, text }: Source): Checked {
  const { root, twice } = parse(path, text);
  const doubled = twice.filter(({ path: names }) => !names.some(isComment)).map(({ path: names, first, second }): Problem => ({
    path: names, at: second, words: `${nameOf(names)}: stands here again, first in line ${positionOf(text, first).line}; keep one of them`,
  }));
  const value = withoutComments(root.value);
  const read = configSchema.safeParse(value, { reportInput: true });
  const found = [...doubled, ...read.success ? [] : problemsOf(read.error)];
  const where = ({ path: names, at }: Pick<Problem, 'path' | 'at'>): number => at ?? nodeAt(root, names).at;
  const problems = found.map((problem) => ({ ...problem, at: where(problem) })).sort((one, other) => one.at - other.at);
  return {
    value, problems,
    ...read.success && problems.length === 0 ? { config: read.data } : {},
    place(problem) {
      const { line, column } = positionOf(text, where(problem));
      return `${line}:${column}`;
    },
  };
}

function parse(path: string, text: string): ReturnType<typeof readJson> {
  try {
    return readJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { line, column } = positionOf(text, error.at);
    throw new CliError(`${path}:${line}:${column} is no JSON: ${error.message}.`);
  }
}

/** What stands at a path, or the last on the way to it that is there. */
function nodeAt(root: JsonNode, path: readonly PropertyKey[]): JsonNode {
  let node = root;
  for (const name of path) node = node.inner?.get(String(name)) ?? node;
  return node;
}

/** As editors count: from 1, a tab as one. */
function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
