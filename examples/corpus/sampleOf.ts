/** At most `count` of the items, evenly spread and in their order: the same ones for the same list. */
export function sampleOf<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);
}
