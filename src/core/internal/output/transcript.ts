import { cutText } from '../../cutText.js';
import { text, type AgentOutput, type TextOutput } from '../../output.js';
import { Last } from './last.js';
import { LineSplitter } from './lineSplitter.js';
import { fateOf, origins, type Origin } from './origin.js';
import type { Redact } from './redacting.js';
import { seenOf } from './seenOf.js';

/** How lines are made. */
export interface LineForm {
  readonly maxLineBytes: number;
  /** Where a text stream is wrapped. */
  readonly lineLength: number;
  readonly redact?: Redact | undefined;
}

/** What a run's outputs come to: lines as they are printed, and at the end its last result, or without one the last thing printed. */
export class Transcript<R> {
  private declare result?: Last<R>;
  readonly #printed = new Last<string>();
  private declare splitter?: LineSplitter;
  /** Whose text is in hand. */
  private declare by?: Origin | undefined;

  /**
   * @param print - given each line, and whether it has memory of its own
   * @param put - given the text of a stream when it has been redacted, where it has to be
   */
  constructor(
    private readonly form: LineForm,
    private readonly print: (line: string, flat: boolean) => void,
    private readonly put?: (output: TextOutput) => void,
  ) {}

  /** What is to be seen of a line that has not come to its end. */
  get inHand(): string {
    const { redact, lineLength } = this.form;
    const line = this.splitter?.inHand ?? '';
    // Half a secret is not recognised as one.
    return redact === undefined ? line : cutText(redact(line.slice(0, line.lastIndexOf(' ') + 1)), lineLength).text;
  }

  /** @param given - what the output was read from */
  take(output: AgentOutput<R>, given: object = output): void {
    const by = origins.get(given);
    if (output.type === 'line') {
      this.line(output.text, by);
    } else if (output.type === 'text') {
      this.#endLost();
      this.by = by;
      (this.splitter ??= this.#split()).push(output.text);
    } else if (output.type === 'result') {
      (this.result ??= new Last()).set(output.value, by);
    }
  }

  /** Takes a printed string, which newlines part into several lines; a last newline starts no other. */
  line(printed: string, by?: Origin): void {
    this.#endLost();
    this.#say(printed, by);
    if (!printed.includes('\n')) this.print(seenOf(printed), false);
    else for (const part of printed.replace(/\r?\n$/, '').split('\n')) this.print(seenOf(part), false);
  }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    this.splitter?.flush();
    this.by = undefined;
  }

  /** The value in a box, or nothing at all. */
  end(): { readonly value: R } | undefined {
    this.flush();
    return this.result?.get() ?? this.#printed.get() as { readonly value: R } | undefined;
  }

  /** What a run said that is over goes on with nobody's words. */
  #endLost(): void { if (fateOf(this.by) > 0) this.flush(); }

  #say(printed: string, by: Origin | undefined): void { if (printed.trim() !== '') this.#printed.set(printed, by); }

  /** Text is wrapped as it comes, or where it must be redacted, when a line of it is whole. */
  #split(): LineSplitter {
    const { maxLineBytes, lineLength, redact } = this.form;
    let wrapped = '';
    const rows = new LineSplitter(maxLineBytes, (row, ended) => {
      // A line that never ends is not kept whole for ever.
      wrapped = wrapped.length + row.length > maxLineBytes ? row : wrapped + row;
      if (ended) {
        this.#say(wrapped, this.by);
        wrapped = '';
      }
      this.print(row, true);
    }, lineLength);
    return redact === undefined ? rows : new LineSplitter(maxLineBytes, (line, ended) => {
      const safe = text(redact(line) + (ended ? '\n' : ''));
      rows.push(safe.text);
      this.put?.(safe);
    });
  }
}
