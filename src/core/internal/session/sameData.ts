/** Whether two values are alike as plain data: lists and objects by what is in them, also dates, maps and sets; all else by itself. */
export function sameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return one.getTime() === (other as Date).getTime();
  if (one instanceof Map || one instanceof Set) return sameData([...one], [...other as Set<unknown>]);
  const keys = Object.keys(one).filter((key) => one[key as never] !== undefined);
  return keys.length === Object.keys(other).filter((key) => other[key as never] !== undefined).length
    && keys.every((key) => sameData(one[key as never], other[key as never]));
}
