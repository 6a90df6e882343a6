/** A figure that the library promises: what was seen, what must be, and whether it is so. */
export interface Figure {
  readonly what: string;
  readonly seen: string;
  readonly must: string;
  readonly holds: boolean;
}
