import { Subject, type Observable, type SchedulerLike } from 'rxjs';
import type { Delegator } from '../../core/agent.js';
import { clockOf } from '../../core/clockOf.js';
import { journalOf, type TellingJournal } from '../../core/journalOf.js';
import { asksOf } from '../../core/asksOf.js';
import type { Task } from '../../core/task.js';
import { hear } from './hear.js';
import { askingBelow, isAsking, isEnding, type Asking, type News } from './news.js';
import { heldUntil, inHandUntil, link, tellingsOf, unlink, type Followed, type Hold, type Telling } from './telling.js';
import { timeOf } from './timeOf.js';

/** Tellings of one thing that are kept at most: a model that looks at it again and again leaves no trail. */
const KEPT = 8;

/** What is told of a scope's tasks and their questions, at which place, and in whose hands that is. */
export class Hearing {
  readonly #changes = new Subject<void>();
  /** Emits when something was told, has come back, or may have become possible to tell. */
  readonly changes: Observable<void> = this.#changes;
  readonly clock: SchedulerLike;
  /** Milliseconds for which what was told may be in somebody's hands without any sign of life. */
  leaseTime = 300_000;
  /** Wrappers that see to which answers are read: without any, a tool's answer counts as read. */
  watchers = 0;
  readonly loops = new Set<Followed>();
  /** Whose calls are whose, as far as a loop's answers say so. */
  readonly owners = new Map<string, Followed>();
  /** Calls of tools that are being answered. */
  calls = 0;
  readonly #tellings = new Set<Telling>();

  /** Of a session with a store: what is told is written down before it is. */
  readonly #journal: TellingJournal | undefined;
  /** What was written down and is not kept yet: nobody may be told of it. */
  readonly #unkept = new Set<Telling>();
  /** Whether somebody has waited for the store in vain, since when it has kept nothing. */
  #isStuck = false;

  constructor(private readonly scope: Delegator) {
    this.clock = clockOf(scope.events);
    this.#journal = journalOf(scope);
    // Whoever asks for the unheard is warned when some are forgotten; without a store that is for an inbox to ask.
    if (this.#journal === undefined) return;
    const unheard = new Map(scope.unheard().map((task) => [task.id, task]));
    // What an earlier life of the session has told is recognised where it stands in a conversation, and keeps its name if it is told again.
    const asking = new Map(askingBelow(scope, this.#journal).map((one) => [one.id, one]));
    for (const { kind, mark, ids, questions = [] } of this.#journal.tellings) {
      const news = [...ids.flatMap((id) => unheard.get(id) ?? []), ...questions.flatMap((id) => asking.get(id) ?? [])];
      if (news.length > 0) this.#link({ kind, mark, news, holds: new Set() });
    }
  }

  get now(): number { return timeOf(this.clock); }

  /** Whether a loop that is followed is at work. */
  get isBusy(): boolean { return this.isBusyBeside(undefined) || (this.watchers > 0 && this.calls > 0); }

  isBusyBeside(loop: Followed | undefined): boolean {
    for (const one of this.loops) {
      if (!one.isBusy()) this.#leave(one);
      else if (one !== loop) return true;
    }
    return false;
  }

  /** Whose call it is: where no loop's answer has said so, that of the only one whose answers are not seen. */
  ownerOf(callId: string): Followed | undefined {
    const known = this.owners.get(callId);
    if (known !== undefined) return known;
    const blind = [...this.loops].filter((loop) => loop.claim !== undefined && loop.isBusy());
    if (blind.length === 1) blind[0]!.claim!(callId);
    return this.owners.get(callId);
  }

  /** What is open below the scope and for its model to answer. */
  asking(): readonly Asking[] {
    const asks = asksOf(this.scope);
    return askingBelow(this.scope, this.#journal).filter(({ task, question }) => asks.isFor(task.id, question.kind));
  }

  /** What nobody has read of yet: the questions first, since somebody waits for their answers. */
  unheard(): readonly News[] { return [...this.asking().filter(({ isHeard }) => !isHeard), ...this.scope.unheard()]; }

  isInHand(one: News): boolean { return inHandUntil(one) > this.now; }

  /** When the first of these comes back by itself that is in somebody's hands. */
  comesBackAt(news: readonly News[]): number {
    const { now } = this;
    return news.map(inHandUntil).reduce((first, until) => until > now && until < first ? until : first, Infinity);
  }

  /** The tellings of what is not heard of yet, the oldest first. */
  open(): readonly Telling[] {
    for (const telling of this.#tellings) if (telling.news.every(({ isHeard }) => isHeard)) this.forget(telling);
    return [...this.#tellings];
  }

  add(kind: Telling['kind'], mark: string, news: readonly News[]): Telling {
    const telling: Telling = { kind, mark, news, holds: new Set() };
    for (const one of news) {
      const calls = [...tellingsOf(one)].filter((each) => each.kind === 'call');
      if (calls.length >= KEPT) this.forget(calls[0]!);
    }
    this.#link(telling);
    if (mark !== '') this.#write(telling);
    return telling;
  }

  /** Whether a telling may be handed over: it is written down, where that is to be done. */
  isKept(telling: Telling): boolean { return !this.#unkept.has(telling); }

  /** Whether what is told is written down before. */
  get isWritten(): boolean { return this.#journal !== undefined; }

  /** A model has read these news, and whoever says so has said it: that is kept at once, where it can be. */
  acknowledged(news: readonly News[]): void {
    this.heard(news);
    for (const one of news) if (isEnding(one)) this.#journal?.hear(one.id);
    this.settled()?.catch(() => undefined);
  }

  /** Everything so far is written down when it resolves; nothing where that is so now. */
  settled(): Promise<void> | undefined { return this.#journal?.settled(); }

  /**
   * The same, for whoever goes on in any case: it never rejects. Where the store does not answer, that is waited for once, and then not
   * again until it does.
   */
  ready(): Promise<void> | undefined {
    if (this.#isStuck) return undefined;
    return this.settled()?.catch(() => {
      this.#isStuck = true;
      this.#journal!.whenKept(() => { this.#isStuck = false; });
    });
  }

  hold(telling: Telling, kind: Hold['kind'], time = this.leaseTime, owner?: Followed): Hold {
    const hold: Hold = { kind, until: this.now + time, owner };
    telling.holds.add(hold);
    this.changed();
    return hold;
  }

  /** Gives back what was in these hands. */
  drop(telling: Telling, hold: Hold): void {
    if (telling.holds.delete(hold)) this.changed();
  }

  changed(): void { this.#changes.next(); }

  /** A model reads these news in an answer that goes out when everything so far is kept, and else not at all. */
  answered(news: readonly News[], signal?: AbortSignal): void {
    const settled = this.settled();
    if (settled === undefined) {
      this.heard(news);
      return;
    }
    const telling = this.add('call', '', news);
    const hold = this.hold(telling, 'answer');
    const over = (): void => {
      this.forget(telling);
      this.drop(telling, hold);
    };
    settled.then(() => {
      if (signal?.aborted !== true) this.heard(news);
      over();
    }, over);
  }

  /** A model has read these news. */
  heard(news: readonly News[]): void {
    for (const one of news) {
      if (isAsking(one)) one.read();
      else this.#hear(one as Task);
    }
    this.open();
    this.changed();
  }

  /** Whether somebody has a telling in hand. */
  isHeld(telling: Telling): boolean { return heldUntil(telling) > this.now; }

  #hear(task: Task): void {
    hear(task);
    // Observers are given nothing while the store is at work.
    if (!task.isHeard) this.#journal?.hear(task.id);
  }

  #link(telling: Telling): void {
    this.#tellings.add(telling);
    link(telling);
  }

  #write(telling: Telling): void {
    const journal = this.#journal;
    const { kind, mark } = telling;
    if (journal === undefined) return;
    // Some providers count their calls anew in each answer: then one mark stands for all of them.
    const same = [...this.#tellings].filter((one) => one.kind === kind && one.mark === mark);
    const news = [...new Set(same.flatMap((one) => one.news))].filter(({ isHeard }) => !isHeard);
    const questions = news.filter(isAsking).map(({ id }) => id);
    const ids = news.filter(isEnding).map(({ id }) => id);
    if (journal.told({ kind, mark, ids, ...questions.length > 0 && { questions } })) return;
    this.#unkept.add(telling);
    journal.whenKept(() => {
      this.#unkept.delete(telling);
      this.changed();
    });
  }

  #leave(loop: Followed): void {
    this.loops.delete(loop);
    for (const [id, owner] of this.owners) if (owner === loop) this.owners.delete(id);
  }

  forget(telling: Telling): void {
    this.#tellings.delete(telling);
    unlink(telling);
  }
}
