/** What came of reading twice as much, over and over. */
export interface Growth {
  /** The largest ratio of the CPU for twice the input. */
  readonly ratio: number;
  /** Characters, or items, at which it was seen. */
  readonly at: number;
}

/** From 10 thousand to beyond a million. */
const SIZES = Array.from({ length: 8 }, (_, n) => 10_000 * 2 ** n);

/** Milliseconds of CPU below which a clock says nothing; what takes less for a million characters grows too fast for nobody. */
const FLOOR = 3;

/** A run of so many milliseconds is not doubled again. */
const LONG = 4_000;

/** What is allowed for twice the input. */
export const ALLOWED = 2.6;

/** Measures CPU for inputs that double; where it seems to grow too fast, again, since the least of several runs is the truth. */
export async function growthOf(read: (size: number) => unknown): Promise<Growth> {
  let worst: Growth = { ratio: 0, at: 0 };
  let before = await cpuOf(read, SIZES[0]!);
  for (const size of SIZES.slice(1)) {
    let now = await cpuOf(read, size);
    for (let tries = 0; tries < 4 && ratioOf(before, now) > ALLOWED && now < LONG; tries++) {
      // A first run that was lucky beside a second that was not.
      before = Math.max(before, await cpuOf(read, size / 2));
      now = Math.min(now, await cpuOf(read, size));
    }
    if (ratioOf(before, now) > worst.ratio) worst = { ratio: ratioOf(before, now), at: size };
    if (now > LONG) break;
    before = now;
  }
  return worst;
}

const ratioOf = (before: number, now: number): number => Math.max(now, FLOOR) / Math.max(before, FLOOR);

async function cpuOf(read: (size: number) => unknown, size: number): Promise<number> {
  const start = process.cpuUsage();
  await read(size);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
