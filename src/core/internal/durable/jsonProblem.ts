import { isPlain } from '../output/isPlain.js';

/** Deeper than this nothing is looked at: what is kept has to be read again. */
const DEEPEST = 200;

/** What of a value is no JSON, as its path and what stands there; nothing where all of it is. A field that is undefined is left out. */
export function jsonProblem(value: unknown, path: string, depth = 0, known = new Set<object>()): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `\`${path}\` is ${value}`;
  if (typeof value !== 'object') return `\`${path}\` is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`;
  // What is in it several times is looked at once.
  if (known.has(value)) return undefined;
  if (depth > DEEPEST) return `\`${path.slice(0, 80)}…\` is too deep, or holds itself`;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return `\`${path}\` is a ${nameOfClass(value)}`;
  const parts = isList ? Array.from<unknown, [string, unknown]>(value, (part, n) => [`${path}[${n}]`, part])
    : Object.entries(value).filter(([, part]) => part !== undefined).map(([key, part]): [string, unknown] => [`${path}.${key}`, part]);
  for (const [where, part] of parts) {
    const problem = jsonProblem(part, where, depth + 1, known);
    if (problem !== undefined) return problem;
  }
  known.add(value);
  return undefined;
}

function nameOfClass(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name : 'thing of its own kind';
}
