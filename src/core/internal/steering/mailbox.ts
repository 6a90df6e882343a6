import { defer, Subscription, type ObservableInput, type Subscriber } from 'rxjs';
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
  #inHand: Subscription | undefined;
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
      for (const letter of [...this.#waiting]) {
        texts.push(letter.text);
        this.#settle(letter, 'delivered');
      }
    });
    return texts;
  }

  /** From now on hands the messages over one by one: each waits until that has worked, and is missed if it fails. */
  handOver(give: (text: string) => ObservableInput<unknown>): void {
    this.#handOver = give;
    this.#hand();
  }

  /** Ends the run: what still waits is missed. */
  close(reason: string): void {
    this.#closed = true;
    for (const letter of [...this.#waiting]) {
      letter.reason = reason;
      this.#settle(letter, 'missed');
    }
    for (const listener of [...this.#listeners]) listener.complete();
  }

  #hand(): void {
    const [letter] = this.#waiting;
    const give = this.#handOver;
    if (letter === undefined || give === undefined || this.#inHand !== undefined) return;
    const settle = (state: 'delivered' | 'missed') => (): void => {
      if (state === 'missed') letter.reason = 'refused';
      this.exclusively(() => { this.#settle(letter, state); });
      this.#hand();
    };
    const inHand = this.#inHand = new Subscription();
    inHand.add(defer(() => give(letter.text)).subscribe({ complete: settle('delivered'), error: settle('missed') }));
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
    // Messages are settled in their order: this is the first that waits, and the one in hand, where there is one.
    this.#waiting.shift();
    this.#inHand?.unsubscribe();
    this.#inHand = undefined;
    letter.state = state;
    this[state] += 1;
    if (state === 'missed' && this.missedTexts.push({ id: letter.id, text: letter.text }) > MISSED_TEXTS) this.missedTexts.shift();
    this.onChange(letter);
    give?.();
    // Its id and state answer a repeat; its text is in the event.
    letter.text = '';
    letter.settled?.next(receiptOf(letter));
    letter.settled?.complete();
  }

  #forgetOldest(): void {
    for (const [id, letter] of this.#known) {
      if (letter.state === 'queued') continue;
      this.#known.delete(id);
      return;
    }
  }
}

