/**
 * Whether two values are the same in what they hold: primitives by `Object.is`, lists, plain objects, maps, sets and bytes part by part,
 * dates by their time; everything else only where it is one and the same. A field that is undefined is none. Takes any depth, and circles.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  const looked = new Map<object, Set<object>>();
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [left, right] = pair;
    if (Object.is(left, right)) continue;
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
    const met = looked.get(left) ?? new Set();
    if (met.has(right)) continue;
    looked.set(left, met.add(right));
    const parts = partsOf(left);
    const others = partsOf(right);
    if (parts === undefined || others === undefined || parts.is !== others.is || parts.keys.length !== others.keys.length) return false;
    for (const key of parts.keys) {
      if (!Object.hasOwn(others.at, key)) return false;
      pairs.push([parts.at[key], others.at[key]]);
    }
  }
  return true;
}

interface Parts {
  /** What it is, beside what it holds. */
  readonly is: unknown;
  readonly keys: readonly string[];
  readonly at: Readonly<Record<string, unknown>>;
}

/** What a value consists of, where it is known how to compare that. */
function partsOf(value: object): Parts | undefined {
  const made: unknown = Object.getPrototypeOf(value);
  const parts = (is: unknown, at = value as Parts['at']): Parts => (
    { is, keys: Object.keys(at).filter((key) => at[key] !== undefined), at }
  );
  if (Array.isArray(value)) return parts(`a list of ${value.length}`);
  if (value instanceof Date) return parts(`the time ${value.getTime()}`);
  if (ArrayBuffer.isView(value)) return parts(made);
  if (value instanceof Map || value instanceof Set) return parts(made, [...value] as never);
  // One without a prototype is as plain.
  return made === null || Object.getPrototypeOf(made) === null ? parts('an object') : undefined;
}
