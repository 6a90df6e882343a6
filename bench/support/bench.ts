/** What one variant measured in a process of its own: numbers by name. Times are CPU nanoseconds, sizes are bytes, each of one thing. */
export type Measurement = Readonly<Record<string, number>>;

/** How much is done. `quick` is for seeing that everything runs; only a full run says anything. */
export interface Scale {
  readonly quick: boolean;
  /** A number of things, and a tenth of it where it is to be quick. */
  of(count: number): number;
}

/** One of the things that are compared; each round runs it in a fresh process. */
export type Variant = (scale: Scale) => Measurement | Promise<Measurement>;

/** One line of the table: a number made of the measurements of one round. */
export interface Row<V extends string = string> {
  readonly name: string;
  /** What it is compared with, and what the number is. */
  readonly peer: string;
  /** Whether the number is to be at least, or at most, what follows. */
  readonly wanted: '>=' | '<=';
  /** `null` where the row only informs. */
  readonly must: number | null;
  readonly aim: number | null;
  readonly unit: '×' | 'B';
  ratio(round: Readonly<Record<V, Measurement>>): number;
  /** The bare figures behind the number, from the medians of all rounds. */
  figures?(medians: Readonly<Record<V, Measurement>>): string;
}

/** Variants that are run in the same rounds, and the rows that are made of them. */
export interface Bench<V extends string = string> {
  readonly name: string;
  readonly rounds: number;
  readonly variants: Readonly<Record<V, Variant>>;
  readonly rows: readonly Row<V>[];
}
