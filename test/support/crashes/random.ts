/** Numbers that look random and follow from a seed. */
export class Random {
  #state: number;

  constructor(readonly seed: number) { this.#state = seed >>> 0; }

  /** From 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  one<T>(from: readonly T[]): T | undefined { return from[this.below(Math.max(1, from.length))]; }

  chance(percent: number): boolean { return this.below(100) < percent; }

  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, value] of choices) {
      if (left < weight) return value;
      left -= weight;
    }
    throw new Error('No choice was given.');
  }
}
