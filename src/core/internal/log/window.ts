/** So many lines share one string: joining sixteen costs little more than joining one. */
const BLOCK = 16;
/** The cells of a block: its lines in one string, each ended by a newline, and the number of each. */
const CELLS = BLOCK + 1;

/**
 * The last lines of a task, in columns: the texts of sixteen are one string with memory of its own, and beside it stands a number for each.
 * No object stands for a line. What a line was cut from or joined of is kept alive until its block is full, or somebody looks.
 */
export class Window {
  /** A ring of blocks, and behind it the latest lines, each followed by its number. */
  readonly #cells: (string | number)[] = [];
  /** How many lines ever came. */
  count = 0;
  /** How many lines had come when the latest were last given memory of their own. */
  #compacted = 0;
  /** How much was cut off each line that was cut. */
  private declare cuts?: Map<number, number>;

  /**
   * @param lines - how many are kept
   * @param base - how many came before the first that is here
   */
  constructor(private readonly lines: number, private readonly base = 0) {
    this.count = base - base % BLOCK;
    this.#cells.length = this.#blockOf(this.count);
    while (this.count < base) this.push('', 0);
  }

  get size(): number { return Math.min(this.count - this.base, this.lines); }

  get dropped(): number { return this.count - this.size; }

  /** How many of the lines are cut. */
  get cut(): number { return this.cuts?.size ?? 0; }

  /** How many characters are kept in all. */
  get chars(): number { return this.#cells.reduce<number>((sum, cell) => typeof cell === 'string' ? sum + cell.length : sum, 0); }

  /**
   * @param text - without a newline
   * @param cut - how many characters were cut off it, if any
   */
  push(text: string, number: number, cut?: number): void {
    this.#cells.push(text, number);
    if (cut !== undefined) (this.cuts ??= new Map<number, number>()).set(this.count, cut);
    this.cuts?.delete(this.count - this.lines);
    this.count += 1;
    if (this.count % BLOCK === 0) this.#pack();
  }

  /** The texts of the last `count` lines. @param numbers - is given their numbers */
  tail(count: number, numbers?: number[]): string[] {
    // Whoever keeps a text is to keep nothing else alive by it.
    if (this.#compacted < this.count) this.compact();
    const cells = this.#cells;
    const size = Math.min(this.size, count);
    const texts = new Array<string>(size);
    const first = this.count - size;
    // The first line of its block, which may be older.
    let n = -(first % BLOCK);
    for (const packed = size - this.count % BLOCK; n < packed;) {
      let at = this.#blockOf(first + n);
      const block = cells[at] as string;
      for (let start = 0, end; (end = block.indexOf('\n', start)) >= 0; start = end + 1) {
        at += 1;
        if (n >= 0) {
          texts[n] = block.slice(start, end);
          if (numbers !== undefined) numbers[n] = cells[at] as number;
        }
        n += 1;
      }
    }
    for (n = Math.max(n, 0); n < size; n++) {
      const at = cells.length - 2 * (size - n);
      texts[n] = cells[at] as string;
      if (numbers !== undefined) numbers[n] = cells[at + 1] as number;
    }
    return texts;
  }

  /** How much was cut off the n-th line that ever came. */
  cutOf(n: number): number | undefined { return this.cuts?.get(n); }

  /** Gives the latest lines memory of their own, so that they keep nothing else alive. */
  compact(): void {
    const cells = this.#cells;
    const from = cells.length - 2 * Math.min(this.count % BLOCK, this.count - this.#compacted);
    const texts = this.#joined(from).split('\n');
    for (let at = from; at < cells.length; at += 2) cells[at] = texts[(at - from) / 2]!;
    this.#compacted = this.count;
  }

  /** Makes a block of the latest lines. */
  #pack(): void {
    const cells = this.#cells;
    const from = cells.length - 2 * BLOCK;
    const block = this.#joined(from);
    const at = this.#blockOf(this.count - BLOCK);
    for (let n = 1; n <= BLOCK; n++) cells[at + n] = cells[from + 2 * n - 1]!;
    cells[at] = block;
    cells.length = Math.max(from, at + CELLS);
  }

  /** The latest lines in one flat string: V8 makes a new one when it joins an array, unless it holds a single string. */
  #joined(from: number): string {
    const cells = this.#cells;
    const texts: string[] = [];
    for (let at = from; at < cells.length; at += 2) texts.push(cells[at] as string);
    texts.push('');
    return texts.join('\n');
  }

  /** Where the block is that begins with the n-th line. */
  #blockOf(n: number): number { return n / BLOCK % Math.ceil(this.lines / BLOCK) * CELLS; }
}
