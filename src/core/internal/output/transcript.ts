import type { AgentOutput } from '../../output.js';
import { LineSplitter } from './lineSplitter.js';

/** What a run's outputs come to: lines as they are printed, and at the end its last result, or without one the last thing printed. */
export class Transcript<R> {
  #splitter: LineSplitter | undefined;
  #result: { readonly value: R } | undefined;
  #printed: string | undefined;

  /** @param print - given each line, and whether it has memory of its own */
  constructor(private readonly maxLineBytes: number, private readonly print: (line: string, flat: boolean) => void) {}

  take(output: AgentOutput<R>): void {
    if (output.type === 'line') {
      this.line(output.text);
    } else if (output.type === 'text') {
      this.#splitter ??= new LineSplitter(this.maxLineBytes, (line) => {
        this.#printed = line;
        this.print(line, true);
      });
      this.#splitter.push(output.text);
    } else if (output.type === 'result') {
      this.#result = output;
    }
  }

  /** Takes a printed string, which newlines part into several lines; a last newline starts no other. */
  line(printed: string): void {
    this.#printed = printed;
    if (!printed.includes('\n')) this.print(printed, false);
    else for (const part of printed.replace(/\r?\n$/, '').split(/\r?\n/)) this.print(part, false);
  }

  /** Ends the line in hand, if there is one. */
  flush(): void { this.#splitter?.flush(); }

  /** The value in a box, or nothing at all. */
  end(): { readonly value: R } | undefined {
    this.flush();
    return this.#result ?? (this.#printed === undefined ? undefined : { value: this.#printed as R });
  }
}
