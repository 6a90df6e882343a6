/** Parts a decoded stream at newlines, in time that depends on its length alone. Lines longer than the limit are left out and counted. */
export class LineReader {
  #parts: string[] = [];
  #length = 0;
  /** How many lines were too long. */
  oversized = 0;

  constructor(private readonly maxLength: number) {}

  /** The lines that this chunk ends, without their newline (or CR and newline). */
  read(chunk: string): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', from)) {
      this.#keep(chunk.slice(from, at));
      this.#end(lines);
      from = at + 1;
    }
    this.#keep(chunk.slice(from));
    return lines;
  }

  /** What is left when the stream has ended: a last line without its newline. */
  rest(): string[] {
    const lines: string[] = [];
    if (this.#length > 0) this.#end(lines);
    return lines;
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length > this.maxLength) this.#parts = [];
    else if (part !== '') this.#parts.push(part);
  }

  #end(lines: string[]): void {
    const whole = this.#parts.join('');
    if (this.#length > this.maxLength) this.oversized += 1;
    else lines.push(whole.endsWith('\r') ? whole.slice(0, -1) : whole);
    this.#parts = [];
    this.#length = 0;
  }
}
