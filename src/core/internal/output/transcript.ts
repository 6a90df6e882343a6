import { cutText } from '../../cutText.js';
import { text, type AgentOutput, type TextOutput } from '../../output.js';
import { LineSplitter } from './lineSplitter.js';
import { fateOf, Stamp, type Origin } from './origin.js';
import type { Redact } from './redacting.js';
import { said, standing, type Said } from './said.js';
import { seenOf } from './seenOf.js';
import { shows } from '../../shows.js';

/** How lines are made. */
export interface LineForm {
  readonly maxLineBytes: number;
  /** Where a text stream is wrapped. */
  readonly lineLength: number;
  readonly redact?: Redact | undefined;
}

/** Whom lines are made for. */
export interface Reader {
  readonly form: LineForm;
  /** @param flat - whether the line has memory of its own */
  print(line: string, flat: boolean): void;
  /** Takes the text of a stream when it has been redacted, where it has to be. */
  put?(output: TextOutput): void;
}

/** What a run's outputs come to: lines as they are printed, and at the end its last result, or without one the last thing printed. */
export class Transcript<R> {
  /** Whether it has spoken of what others do. */
  declare speaksOfOthers?: boolean | undefined;
  private declare result?: Said<R> | undefined;
  private declare printed?: Said<string> | undefined;
  private declare splitter?: LineSplitter;
  /** Whose text is in hand. */
  private declare by?: Origin | undefined;

  constructor(private readonly reader: Reader) {}

  /** What is to be seen of a line that has not come to its end. */
  get inHand(): string {
    const { redact, lineLength } = this.reader.form;
    const line = this.splitter?.inHand ?? '';
    // Half a secret is not recognised as one.
    return redact === undefined ? line : cutText(redact(line.slice(0, line.lastIndexOf(' ') + 1)), lineLength).text;
  }

  /** What it comes to so far; nothing is printed for that. */
  get had(): { readonly value: unknown } | undefined {
    const { inHand } = this;
    return standing(this.result) ?? (shows(inHand) ? { value: inHand } : standing(this.printed));
  }

  /** @param given - what the output was read from */
  take(output: AgentOutput<R>, given: object = output): void {
    const by = Stamp.originOf(given);
    if (output.type === 'line') {
      this.line(output.text, by, output.aside);
    } else if (output.type === 'text') {
      this.#endLost();
      this.by = by;
      (this.splitter ??= this.#split()).push(output.text);
    } else if (output.type === 'result') {
      this.result = said(this.result, output.value, by);
    } else if (output.type === 'attempt') {
      this.flush();
      // Of what failed is known already that nothing of it counts.
      if (!Stamp.isAgain(given)) this.result = this.printed = undefined;
    }
  }

  /** Takes a printed string, which newlines part into several lines; a last newline starts no other. */
  line(printed: string, by?: Origin, aside?: boolean): void {
    this.#endLost();
    const seen = printed.includes('\r') ? lastFrames(printed) : printed;
    if (aside === true) this.speaksOfOthers = aside;
    else this.#say(seen, by);
    if (!seen.includes('\n')) this.reader.print(seen, false);
    else for (const part of seen.replace(/\r?\n$/, '').split(/\r?\n/)) this.reader.print(part, false);
  }

  /** Ends the line in hand, if there is one. */
  flush(): void {
    this.splitter?.flush();
    this.by = undefined;
  }

  /** The value in a box, or nothing at all. */
  end(): { readonly value: R } | undefined {
    this.flush();
    return standing(this.result) ?? standing(this.printed) as { readonly value: R } | undefined;
  }

  /** What a run said that is over goes on with nobody's words. */
  #endLost(): void { if (fateOf(this.by) > 0) this.flush(); }

  #say(printed: string, by: Origin | undefined): void { if (shows(printed)) this.printed = said(this.printed, printed, by); }

  /** Text is wrapped as it comes, or where it must be redacted, when a line of it is whole. */
  #split(): LineSplitter {
    const { maxLineBytes, lineLength, redact } = this.reader.form;
    let wrapped = '';
    let gone = 0;
    const rows = new LineSplitter(maxLineBytes, (row, ended) => {
      // Of a line that never ends the head is kept, and how much is gone.
      if (gone > 0 || wrapped.length + row.length > maxLineBytes) gone += row.length;
      else wrapped += row;
      if (ended) {
        this.#say(cutText(wrapped, maxLineBytes, gone).text, this.by);
        wrapped = '';
        gone = 0;
      }
      this.reader.print(row, true);
    }, lineLength);
    return redact === undefined ? rows : new LineSplitter(maxLineBytes, (line, ended) => {
      const safe = text(redact(line) + (ended ? '\n' : ''));
      rows.push(safe.text);
      this.reader.put?.(safe);
    });
  }
}

/** What is seen of each line, and its end as it was. */
const lastFrames = (printed: string): string => printed.split(/(\r?\n)/).map((part, at) => at % 2 === 0 ? seenOf(part) : part).join('');
