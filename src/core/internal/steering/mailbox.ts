import type { ObservableInput, Subscriber } from 'rxjs';
import { defer, Subscription } from '../../rx.js';
import type { Letter } from './letter.js';
import { receiptOf } from './receiptOf.js';

/** How many settled messages are remembered, so that a repeated id is answered and not sent again. */
const REMEMBERED = 1_000;

/** Of so many missed messages the texts are kept, the latest. */
const MISSED_TEXTS = 32;

/**
 * The steering messages of one run. A message goes to the agent at once if it listens, and waits if it does not; when the run ends, what
 * still waits is missed. None is ever lost in silence.
 *
 * ```
 * post    ──a──b────────c────d────┤ close
 * agent   ─────────^ listens──!
 * state   ──q──q───dd───d────q────m
 * ```
 */
export class Mailbox {
  readonly #waiting: Letter[] = [];
  readonly #known = new Map<string, Letter>();
  readonly #listeners = new Set<Subscriber<string>>();
  #handOver: ((text: string) => ObservableInput<unknown>) | undefined;
  #concurrency = 1;
  /** How many are in hand: the oldest that wait. */
  #inHand = 0;
  #handing = false;
  #delivering = false;
  #closed = false;
  /** What was missed, for whoever hears of the end. */
  readonly missedTexts: { readonly id: string; readonly text: string }[] = [];
  delivered = 0;
  missed = 0;

  /**
   * @param onChange - told of every message that waits, is delivered or is missed
   * @param exclusively - runs a delivery whole before anybody can act on what `onChange` told: what reads delivered was given
   */
  constructor(
    private readonly onChange: (letter: Letter) => void,
    private readonly exclusively: (work: () => void) => void = (work) => { work(); },
  ) {}

  get waiting(): number { return this.#waiting.length; }

  known(id: string): Letter | undefined { return this.#known.get(id); }

  post(id: string, text: string): Letter {
    const letter: Letter = { id, text, state: 'queued' };
    if (this.#known.size >= REMEMBERED + this.#waiting.length) this.#forgetOldest();
    this.#known.set(id, letter);
    this.#waiting.push(letter);
    if (this.#listeners.size > 0 && !this.#delivering) this.#deliver();
    else this.onChange(letter);
    this.#hand();
    return letter;
  }

  /** Takes a message of an earlier life of the task as it stands. */
  adopt(letter: Letter): void {
    const { id, text, state } = letter;
    this.#known.set(id, letter);
    if (state === 'queued') this.#waiting.push(letter);
    else this[state] += 1;
    if (state === 'missed' && this.missedTexts.push({ id, text }) > MISSED_TEXTS) this.missedTexts.shift();
  }

  /** Gives an agent that listens each message once, the waiting ones first; completes when the run ends. */
  listen(subscriber: Subscriber<string>): void {
    if (this.#closed) {
      subscriber.complete();
      return;
    }
    this.#listeners.add(subscriber);
    subscriber.add(() => this.#listeners.delete(subscriber));
    this.#deliver();
  }

  /** Hands the waiting messages over at a step boundary. */
  take(): readonly string[] {
    const texts: string[] = [];
    this.exclusively(() => {
      for (const letter of [...this.#waiting]) this.#settle(letter, 'delivered', () => { texts.push(letter.text); });
    });
    return texts;
  }

  /** From now on hands the messages over, so many at a time: each waits until that has worked, and is missed if it fails. */
  handOver(give: (text: string) => ObservableInput<unknown>, concurrency = 1): void {
    this.#handOver = give;
    this.#concurrency = concurrency;
    this.#hand();
  }

  /** Ends the run: what still waits is missed. Returns what tells it to whoever waits for that, which is foreign code. */
  close(reason: string): () => void {
    this.#closed = true;
    const missed = this.#waiting.splice(0);
    for (const letter of missed) {
      letter.reason = reason;
      this.#become(letter, 'missed');
    }
    return () => {
      for (const letter of missed) letGo(letter);
      for (const listener of [...this.#listeners]) listener.complete();
    };
  }

  #hand(): void {
    if (this.#handing) return;
    this.#handing = true;
    while (this.#handOver !== undefined && this.#inHand < Math.min(this.#concurrency, this.#waiting.length)) {
      this.#put(this.#waiting[this.#inHand]!, this.#handOver);
    }
    this.#handing = false;
  }

  #put(letter: Letter, give: (text: string) => ObservableInput<unknown>): void {
    const settle = (state: 'delivered' | 'missed') => (): void => {
      if (state === 'missed') letter.reason = 'refused';
      this.exclusively(() => { this.#settle(letter, state); });
      this.#hand();
    };
    this.#inHand += 1;
    letter.hand = new Subscription();
    letter.hand.add(defer(() => give(letter.text)).subscribe({ complete: settle('delivered'), error: settle('missed') }));
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.exclusively(() => {
      this.#delivering = true;
      while (this.#listeners.size > 0) {
        const [letter] = this.#waiting;
        if (letter === undefined) break;
        this.#settle(letter, 'delivered', () => {
          for (const listener of [...this.#listeners]) listener.next(letter.text);
        });
      }
      this.#delivering = false;
    });
  }

  #settle(letter: Letter, state: 'delivered' | 'missed', give?: () => void): void {
    // What was in hand may take others along when it is let go.
    if (letter.state !== 'queued') return;
    this.#waiting.splice(this.#waiting.indexOf(letter), 1);
    this.#become(letter, state);
    letGo(letter, give);
  }

  /** Runs nobody's code but what `onChange` does. */
  #become(letter: Letter, state: 'delivered' | 'missed'): void {
    letter.state = state;
    if (letter.hand !== undefined) this.#inHand -= 1;
    this[state] += 1;
    if (state === 'missed' && this.missedTexts.push({ id: letter.id, text: letter.text }) > MISSED_TEXTS) this.missedTexts.shift();
    this.onChange(letter);
  }

  #forgetOldest(): void {
    for (const [id, letter] of this.#known) {
      if (letter.state === 'queued') continue;
      this.#known.delete(id);
      return;
    }
  }
}

function letGo(letter: Letter, give?: () => void): void {
  try {
    letter.hand?.unsubscribe();
  } catch {
    // What its teardown throws is no reason for the run, or another message, to come to no end.
  }
  give?.();
  // Its id and state answer a repeat; its text is in the event.
  letter.text = '';
  letter.hand = undefined;
  letter.settled?.next(receiptOf(letter));
  letter.settled?.complete();
}
