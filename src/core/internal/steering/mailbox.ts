import type { ObservableInput, Subscriber } from 'rxjs';
import { defer, Subscription } from '../../rx.js';
import type { Letter } from './letter.js';
import { receiptOf } from './receiptOf.js';

/** How many settled messages are remembered, so that a repeated id is answered and not sent again. */
const REMEMBERED = 1_000;

/** Of so many missed messages the texts are kept, the latest. */
const MISSED_TEXTS = 32;

/** What messages are handed over to, and the run that it belongs to. */
interface Taker {
  readonly give: (text: string) => ObservableInput<unknown>;
  readonly concurrency: number;
  readonly by: unknown;
}

/**
 * The steering messages of one run. A message goes to the agent at once if it listens, and waits if it does not; when the run ends, what
 * still waits is missed. None is ever lost in silence.
 *
 * ```
 * post    ──a──b────────c────d────┤ close
 * agent   ─────────^ listens──!
 * state   ──q──q───dd───d────q────m
 * ```
 *
 * A run inside the run may have a mailbox of its own. What comes into that while a message of this one is given to its listeners is a copy
 * of it: it is delivered when a copy is, and missed when all copies are.
 */
export class Mailbox {
  readonly #waiting: Letter[] = [];
  readonly #known = new Map<string, Letter>();
  /** Each with the run that it belongs to. */
  readonly #listeners = new Map<Subscriber<string>, unknown>();
  /** The last one counts. */
  #takers: readonly Taker[] = [];
  /** How many are in hand: the oldest that wait. */
  #inHand = 0;
  #handing = false;
  #delivering = false;
  /** How the run ended. */
  #closed: string | undefined;
  /** How many mailboxes there are inside this one. */
  #inner = 0;
  /** What is being given to the listeners, where there are such. */
  #given: Letter | undefined;
  /** What was missed, for whoever hears of the end. */
  readonly missedTexts: { readonly id: string; readonly text: string }[] = [];
  delivered = 0;
  missed = 0;

  /**
   * @param onChange - told of every message that waits, is delivered or is missed
   * @param exclusively - runs a delivery whole before anybody can act on what `onChange` told: what reads delivered was given
   * @param outer - the mailbox of the run inside which this one's run is
   */
  constructor(
    private readonly onChange: (letter: Letter) => void,
    readonly exclusively: (work: () => void) => void = (work) => { work(); },
    private readonly outer?: Mailbox,
  ) {
    if (outer !== undefined) outer.#inner += 1;
  }

  get waiting(): number { return this.#waiting.length; }

  known(id: string): Letter | undefined { return this.#known.get(id); }

  /** @param key - takes the place of the message that waits under it. @param refusal - why it is missed at once, where it is */
  post(id: string, text: string, key?: string, refusal = this.#closed): Letter {
    const letter: Letter = { id, text, state: 'queued', key };
    const replaced = key === undefined ? undefined : this.#waiting.find((one) => one.key === key && one.copies === undefined);
    this.#copy(letter);
    if (refusal !== undefined) {
      this.#miss(letter, refusal);
      letGo(letter);
      return letter;
    }
    if (replaced !== undefined) {
      replaced.reason = 'replaced';
      this.exclusively(() => { this.#settle(replaced, 'missed'); });
    }
    if (this.#known.size >= REMEMBERED + this.#waiting.length) this.#forgetOldest();
    this.#known.set(id, letter);
    this.#waiting.push(letter);
    if (this.#listeners.size > 0 && !this.#delivering) this.#deliver();
    else this.#tellQueued(letter);
    this.#hand();
    return letter;
  }

  /** Takes a message of an earlier life of the task as it stands. */
  adopt(letter: Letter): void {
    const { id, text, state } = letter;
    this.#known.set(id, letter);
    letter.told = true;
    if (state === 'queued') this.#waiting.push(letter);
    else this[state] += 1;
    if (state === 'missed' && this.missedTexts.push({ id, text }) > MISSED_TEXTS) this.missedTexts.shift();
  }

  /** Gives an agent that listens each message once, the waiting ones first; completes when the run ends. */
  listen(subscriber: Subscriber<string>, by?: unknown): void {
    if (this.#closed !== undefined) {
      subscriber.complete();
      return;
    }
    this.#listeners.set(subscriber, by);
    subscriber.add(() => this.#listeners.delete(subscriber));
    this.#deliver();
  }

  /** Hands the waiting messages over at a step boundary. */
  take(): readonly string[] {
    const texts: string[] = [];
    this.exclusively(() => {
      for (const letter of this.#waiting.filter(isHere)) this.#settle(letter, 'delivered', () => { texts.push(letter.text); });
    });
    return texts;
  }

  /** From now on hands the messages over, so many at a time: each waits until that has worked, and is missed if it fails. */
  handOver(give: Taker['give'], concurrency = 1, by?: unknown): void {
    this.#takers = [...this.#takers.filter((taker) => taker.by !== by), { give, concurrency, by }];
    this.#hand();
  }

  /** A run is over that had no mailbox of its own: what it had in hand waits again. */
  leave(by: unknown): void {
    this.#takers = this.#takers.filter((taker) => taker.by !== by);
    for (const letter of this.#waiting) {
      if (letter.hand === undefined || letter.by !== by) continue;
      this.#inHand -= 1;
      withdraw(letter);
    }
    for (const [listener, of] of [...this.#listeners]) if (of === by) listener.complete();
    this.#hand();
  }

  /**
   * Ends the run: what still waits is missed. Returns what tells it to whoever waits for that, which is foreign code.
   *
   * @param returns - whether the messages that these are copies of wait again where no other copy of them is left
   */
  close(reason: string, returns = false): () => void {
    if (this.outer !== undefined) this.outer.#inner -= 1;
    this.#closed = reason;
    const missed = this.#waiting.splice(0);
    for (const letter of missed) {
      if (returns && letter.of?.copies !== undefined) {
        letter.of.copies = letter.of.copies - 1 || undefined;
        letter.of = letter.tell = undefined;
      }
      this.#miss(letter, reason);
    }
    return () => {
      for (const letter of missed) letGo(letter);
      for (const listener of [...this.#listeners.keys()]) listener.complete();
    };
  }

  #hand(): void {
    if (this.#handing) return;
    this.#handing = true;
    for (let taker; (taker = this.#takers.at(-1)) !== undefined && this.#inHand < taker.concurrency;) {
      const letter = this.#waiting.find((one) => isHere(one) && one.hand === undefined);
      if (letter === undefined) break;
      this.#put(letter, taker);
    }
    this.#handing = false;
  }

  #put(letter: Letter, { give, by }: Taker): void {
    const hand = letter.hand = new Subscription();
    letter.by = by;
    const settle = (state: 'delivered' | 'missed') => (): void => {
      if (letter.hand !== hand) return;
      if (state === 'missed') letter.reason = 'refused';
      this.exclusively(() => { this.#settle(letter, state); });
      this.#hand();
    };
    this.#inHand += 1;
    hand.add(defer(() => give(letter.text)).subscribe({ complete: settle('delivered'), error: settle('missed') }));
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.exclusively(() => {
      this.#delivering = true;
      while (this.#listeners.size > 0) {
        const letter = this.#waiting.find(isHere);
        if (letter === undefined) break;
        const give = (): void => { for (const listener of [...this.#listeners.keys()]) listener.next(letter.text); };
        if (this.#inner === 0) this.#settle(letter, 'delivered', give);
        else this.#passOn(letter, give);
      }
      this.#delivering = false;
    });
  }

  /** Gives a message that the listeners may hand on to mailboxes of inner runs: then it waits for those. */
  #passOn(letter: Letter, give: () => void): void {
    letter.copies = 0;
    this.#given = letter;
    give();
    this.#given = undefined;
    if (letter.copies === 0) this.#settle(letter, letter.reason === undefined ? 'delivered' : 'missed');
  }

  /** Makes what is posted here a copy of what is being given just now to the listeners of an outer mailbox. */
  #copy(letter: Letter): void {
    const { outer } = this;
    if (outer === undefined) return;
    const given = outer.#given;
    if (given === undefined) {
      outer.#copy(letter);
      return;
    }
    given.copies! += 1;
    given.reason = undefined;
    letter.of = given;
    letter.tell = (copy) => { outer.#hear(given, copy); };
  }

  #hear(letter: Letter, { state, reason }: Letter): void {
    if (letter.state !== 'queued') return;
    if (state === 'queued') {
      if (letter.told !== true) this.#tellQueued(letter);
    } else if (state === 'delivered') {
      this.#remove(letter);
      this.#become(letter, state);
    } else {
      letter.copies! -= 1;
      if (letter.copies !== 0) return;
      letter.reason = reason;
      if (this.#given === letter) return;
      this.#remove(letter);
      this.#become(letter, 'missed');
    }
  }

  #tellQueued(letter: Letter): void {
    letter.told = true;
    this.onChange(letter);
    letter.tell?.(letter);
  }

  #remove(letter: Letter): void { this.#waiting.splice(this.#waiting.indexOf(letter), 1); }

  #miss(letter: Letter, reason: string): void {
    letter.reason = reason;
    this.#become(letter, 'missed');
  }

  #settle(letter: Letter, state: 'delivered' | 'missed', give?: () => void): void {
    // What was in hand may take others along when it is let go.
    if (letter.state !== 'queued') return;
    this.#remove(letter);
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
    letter.tell?.(letter);
  }

  #forgetOldest(): void {
    for (const [id, letter] of this.#known) {
      if (letter.state === 'queued') continue;
      this.#known.delete(id);
      return;
    }
  }
}

/** Whether it waits here, and not in the mailboxes of inner runs. */
const isHere = ({ copies }: Letter): boolean => copies === undefined;

function letGo(letter: Letter, give?: () => void): void {
  withdraw(letter);
  give?.();
  // Its id and state answer a repeat; its text is in the event.
  letter.text = '';
  letter.settled?.next(receiptOf(letter));
  letter.settled?.complete();
  const { of } = letter;
  letter.of = letter.tell = undefined;
  if (of !== undefined && of.state !== 'queued') letGo(of);
}

function withdraw(letter: Letter): void {
  const { hand } = letter;
  letter.hand = undefined;
  try {
    hand?.unsubscribe();
  } catch {
    // What its teardown throws is no reason for the run, or another message, to come to no end.
  }
}
