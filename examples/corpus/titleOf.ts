/** What a line gives a name to: something declared in source, or the heading of a piece of prose. */
export interface Title {
  readonly kind: 'declaration' | 'heading';
  readonly name: string;
}

const modifiers =
  '(?:(?:export|default|declare|public|private|protected|internal|static|abstract|async|override|final|pub|inline)\\s+)*';
const keyword = String.raw`(?:class|interface|enum|struct|trait|impl|fn|func|function\*?|def|type|module|namespace|sub|macro_rules!)`;
const declared = new RegExp(String.raw`^\s*${modifiers}${keyword}\s+(?:\([^)]*\)\s*)?([\p{L}_$][\p{L}\p{N}_$]*)`, 'u');
const constant = new RegExp(String.raw`^${modifiers}(?:const|let|var|val)\s+([\p{L}_$][\p{L}\p{N}_$]*)`, 'u');
// A name, parameters and a brace, and not one of the statements that look like it.
const method = new RegExp(
  String.raw`^\s+${modifiers}(?:get\s+|set\s+)?(?!(?:if|for|while|switch|catch|function|return|with)\b)` +
    String.raw`([\p{L}_$#][\p{L}\p{N}_$]*)\s*(?:<[^(]*>)?\([^;]*\)\s*(?::[^;]+)?\{\s*$`,
  'u',
);
const marked = /^#{1,6}\s+(\S.*?)\s*#*$|^={1,6}\s+(\S.*?)\s*=*$/;
const marks = /\.(md|markdown|mdx|adoc|asciidoc)$/i;
const underline = /^(=|-|~|\^)\1{2,}\s*$/;
// Words, and no piece of a program: prose is full of shell comments that look like headings.
const heading = /^\p{L}[\p{L}\p{N} ,'’()&/?!:–—-]{2,60}$/u;

/** The title that a line is, if it is one. `next` is the line below, which may underline it; `path` tells prose from source. */
export function titleOf(line: string, next: string | undefined, path: string): Title | undefined {
  if (isProse(path)) {
    const [, hash, equals] = (marks.test(path) ? marked.exec(line) : undefined) ?? [];
    const underlined = next !== undefined && underline.test(next) && Math.abs(next.trim().length - line.length) < 4 ? line : undefined;
    const name = (hash ?? equals ?? underlined)?.replace(/[`*_]/g, '').trim();
    return name === undefined || !heading.test(name) || name.endsWith(':') ? undefined : { kind: 'heading', name };
  }
  const name = (declared.exec(line) ?? constant.exec(line) ?? method.exec(line))?.[1];
  return name === undefined ? undefined : { kind: 'declaration', name };
}

/** Whether a path is that of prose; by its ending, and what has none, or a number as in `GPL-2.0`, is taken for prose too. */
export function isProse(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !name.slice(1).includes('.') || /\.(\d+|md|markdown|mdx|rst|txt|adoc|asciidoc|org|tex|html?)$/i.test(name);
}
