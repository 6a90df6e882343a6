/** What came of reading more and more. */
export interface Growth {
  /** The largest ratio of the CPU, for twice the input. */
  readonly ratio: number;
  /** Characters, or items, at which it was seen. */
  readonly at: number;
}

/** From 10 thousand to beyond a million. */
const FIRST = 10_000;
const LAST = 1_280_000;

/** Milliseconds of CPU below which a clock says nothing; what takes less for a million characters grows too fast for nobody. */
const FLOOR = 5;

/**
 * The same for wide steps on a machine that others share, where a collection of garbage alone has cost 100 ms. What grows with the square
 * takes seconds long before a million characters.
 */
const SHARED_FLOOR = 100;

/** A run of so many milliseconds is not doubled again. */
const LONG = 4_000;

/** What is allowed for twice the input. */
export const ALLOWED = 2.6;

/**
 * Measures CPU for inputs that grow; where it seems to grow too fast, again, since the least of several runs is the truth.
 *
 * @param factor - by how much. Where others share the machine, a wide step tells what is linear from what is not: eight times the input
 *   takes eight times as long, or 64 times, and no noise lies between the two
 */
export async function growthOf(read: (size: number) => unknown, factor = 2, last = LAST): Promise<Growth> {
  const floor = factor > 2 ? SHARED_FLOOR : FLOOR;
  const ratioOf = (before: number, now: number): number =>
    (Math.max(now, floor) / Math.max(before, floor)) ** (1 / Math.log2(factor));
  let worst: Growth = { ratio: 0, at: 0 };
  let before = await cpuOf(read, FIRST);
  for (let size = factor * FIRST; size <= last; size *= factor) {
    let now = await cpuOf(read, size);
    for (let tries = 0; tries < 8 && ratioOf(before, now) > ALLOWED && now < LONG; tries++) {
      // A first run that was lucky beside a second that was not.
      before = Math.max(before, await cpuOf(read, size / factor));
      now = Math.min(now, await cpuOf(read, size));
    }
    if (ratioOf(before, now) > worst.ratio) worst = { ratio: ratioOf(before, now), at: size };
    if (now > LONG) break;
    before = now;
  }
  return worst;
}

async function cpuOf(read: (size: number) => unknown, size: number): Promise<number> {
  const start = process.cpuUsage();
  await read(size);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
