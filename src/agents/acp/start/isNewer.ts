/** Whether a version, such as `1.19.0-beta.1`, comes after another by its numbers; never, where one of them is none. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(than)];
  if (one === undefined || other === undefined) return false;
  const at = one.findIndex((number, n) => number !== other[n]);
  return at >= 0 && one[at]! > other[at]!;
}

const numbersOf = (version: string): readonly number[] | undefined =>
  /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})/.exec(version)?.slice(1).map(Number);
