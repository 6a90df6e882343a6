import { JsonError } from './jsonError.js';
import { readString } from './readString.js';

/** A value of a text, where it stands, and where what is in it stands. */
export interface JsonNode {
  readonly value: unknown;
  /** Its first character; of a field of an object the name's. */
  readonly at: number;
  readonly inner?: ReadonlyMap<string, JsonNode>;
}

/** A field whose name stands twice in one object: JSON takes the last one in silence. */
export interface Twice {
  readonly path: readonly string[];
  readonly first: number;
  readonly second: number;
}

/** Deeper than anybody writes, and far from the end of the stack. */
const DEEPEST = 100;

const WORD = /[\w$+.-]+/y;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([['true', true], ['false', false], ['null', null]]);

/**
 * Reads JSON as `JSON.parse` does, and keeps where each thing stands, which that does not say.
 *
 * @throws JsonError that says what was expected at the place where the text is no JSON
 */
export function readJson(text: string): { readonly root: JsonNode; readonly twice: readonly Twice[] } {
  const twice: Twice[] = [];
  let at = 0;

  const fail = (words: string, where = at): never => { throw new JsonError(words, where); };

  function skip(): void {
    while (at < text.length && ' \t\r\n'.includes(text[at]!)) at += 1;
    if (text.startsWith('//', at) || text.startsWith('/*', at)) {
      fail('expected no such comment. Comments are fields whose names begin with //, such as "//": "…"');
    }
  }

  /** What stands here, for a sentence. */
  function here(): string {
    if (at >= text.length) return 'the end of the file';
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0] ?? String.fromCodePoint(text.codePointAt(at)!);
    return word.length > 20 ? `${word.slice(0, 20)}…` : word;
  }

  function value(path: readonly string[]): JsonNode {
    skip();
    const start = at;
    if (path.length > DEEPEST) fail(`expected at most ${DEEPEST} objects and lists within one another`);
    switch (text[at]) {
      case '{': return object(path, start);
      case '[': return list(path, start);
      case '"': return { value: string(), at: start };
      default: return { value: word(), at: start };
    }
  }

  function string(): string {
    const read = readString(text, at);
    at = read.end;
    return read.value;
  }

  function word(): unknown {
    WORD.lastIndex = at;
    const found = WORD.exec(text)?.[0] ?? '';
    const constant = CONSTANTS.get(found);
    if (constant === undefined && !NUMBER.test(found)) {
      fail(text[at] === '\'' ? 'strings stand in double quotes' : `expected a value, got ${here()}`);
    }
    at += found.length;
    return constant === undefined ? Number(found) : constant;
  }

  /** After an entry: whether another one follows. */
  function goesOn(end: '}' | ']', start: number): boolean {
    skip();
    if (text[at] === end) {
      at += 1;
      return false;
    }
    if (at >= text.length) fail(`expected ${end} for the ${text[start]} in line ${lineOf(text, start)}, got the end of the file`);
    if (text[at] !== ',') fail(`expected a comma or ${end}, got ${here()}`);
    const comma = at;
    at += 1;
    skip();
    if (text[at] === end) fail(`expected nothing but ${end} after the last entry, got a comma`, comma);
    return true;
  }

  function isEmpty(end: '}' | ']'): boolean {
    at += 1;
    skip();
    if (text[at] !== end) return false;
    at += 1;
    return true;
  }

  function object(path: readonly string[], start: number): JsonNode {
    const inner = new Map<string, JsonNode>();
    if (!isEmpty('}')) {
      do {
        skip();
        const nameAt = at;
        if (text[at] !== '"') fail(at >= text.length ? `expected } for the { in line ${lineOf(text, start)}, got the end of the file`
          : `expected a name in double quotes, got ${here()}`);
        const name = string();
        skip();
        if (text[at] !== ':') fail(`expected a colon after the name ${JSON.stringify(name)}, got ${here()}`);
        at += 1;
        const known = inner.get(name);
        if (known !== undefined) twice.push({ path: [...path, name], first: known.at, second: nameAt });
        inner.set(name, { ...value([...path, name]), at: nameAt });
      } while (goesOn('}', start));
    }
    return { value: Object.fromEntries([...inner].map(([name, node]) => [name, node.value])), at: start, inner };
  }

  function list(path: readonly string[], start: number): JsonNode {
    const inner = new Map<string, JsonNode>();
    if (!isEmpty(']')) {
      do inner.set(String(inner.size), value([...path, String(inner.size)])); while (goesOn(']', start));
    }
    return { value: [...inner.values()].map((node) => node.value), at: start, inner };
  }

  skip();
  if (at >= text.length) fail('it is empty');
  const root = value([]);
  skip();
  if (at < text.length) fail(`expected the end of the file, got ${here()}`);
  return { root, twice };
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;
