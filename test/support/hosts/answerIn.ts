/** The answer of a tool, in whatever a host makes of it for its model: the text itself, or one within another. */
export function answerIn(text: string): Readonly<Record<string, unknown>> | undefined {
  // Some hosts put words of their own before and behind it, or other objects.
  const parts = [...text.matchAll(/\{/g)].map(({ index }) => text.slice(index, text.lastIndexOf('}') + 1));
  for (const part of [text, ...parts]) {
    const found = read(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function read(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return within(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function within(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === 'string') return answerIn(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('ok' in value) return { ...value };
  for (const inner of Object.values(value)) {
    const found = within(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
