import { isPlain } from '../output/isPlain.js';

/** Deeper than this nothing is looked at: what is kept has to be read again. */
const DEEPEST = 200;

/** What of a value is no JSON, as its path and what stands there; nothing where all of it is. A field that is undefined is left out. */
export function jsonProblem(value: unknown, path: string, depth = 0): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `\`${path}\` is ${value}`;
  if (typeof value !== 'object') return `\`${path}\` is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}`;
  if (depth > DEEPEST) return `\`${path.slice(0, 80)}…\` is too deep, or holds itself`;
  if (Array.isArray(value)) return first(Array.from<unknown, [string, unknown]>(value, (part, n) => [`${path}[${n}]`, part]), depth);
  if (!isPlain(value)) return `\`${path}\` is a ${nameOfClass(value)}`;
  return first(Object.entries(value).filter(([, part]) => part !== undefined).map(([key, part]) => [`${path}.${key}`, part]), depth);
}

function first(parts: readonly (readonly [string, unknown])[], depth: number): string | undefined {
  for (const [path, part] of parts) {
    const problem = jsonProblem(part, path, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameOfClass(value: object): string {
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name : 'thing of its own kind';
}
