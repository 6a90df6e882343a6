/** The JSON that an answer is, or that stands in it between words or fences; nothing where there is none. Takes linear time. */
export function jsonIn(answer: string): { readonly value: unknown } | undefined {
  const text = answer.trim();
  const list = between(text, '[', ']');
  const object = between(text, '{', '}');
  // What begins first holds the other.
  const inner = text.indexOf('[') < text.indexOf('{') ? [list, object] : [object, list];
  for (const part of [text, ...inner]) {
    const read = parsed(part);
    if (read !== undefined) return read;
  }
  return undefined;
}

function parsed(text: string | undefined): { readonly value: unknown } | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function between(text: string, open: string, close: string): string | undefined {
  const [from, to] = [text.indexOf(open), text.lastIndexOf(close)];
  return from >= 0 && to > from ? text.slice(from, to + 1) : undefined;
}
