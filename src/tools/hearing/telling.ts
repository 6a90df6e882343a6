import type { News } from './news.js';

/** A model's loop that somebody follows. */
export interface Followed {
  /** Whether it is at work: a request is under way, or calls that it asked for are. */
  isBusy(): boolean;
  /** A tool of ours is at work with a call of it. */
  began(callId: string): void;
  answered(callId: string): void;
  /** Of a loop whose model's answers are not seen: a call may be of it, which says that the request before it was answered. */
  readonly claim?: ((callId: string) => void) | undefined;
}

/** Whose hands a telling is in. */
export interface Hold {
  /** `answer`: of a tool, not sent yet. `put`: into a conversation, not sent yet. `request`: under way. `lease`: handed to a parent. */
  readonly kind: 'answer' | 'put' | 'request' | 'lease';
  /** In time of the scope's clock; then it is loose. */
  until: number;
  /** Of a tool's answer: whose loop the call is of, where that is known. */
  owner?: Followed | undefined;
}

/** Some news, as they stand, or stood, in a conversation; in nobody's hands they are loose and can be told again. */
export interface Telling {
  /** What it is recognised by: the id of a tool's call, or of a batch. */
  readonly mark: string;
  readonly kind: 'call' | 'batch';
  readonly news: readonly News[];
  readonly holds: Set<Hold>;
}

/** By what is told and not by the scope, so that two inboxes, or the toolsets of a parent and its child, never hand over the same. */
const tellings = new WeakMap<News, Set<Telling>>();

const NONE: ReadonlySet<Telling> = new Set();

/** Where something is or was told. */
export const tellingsOf = (one: News): ReadonlySet<Telling> => tellings.get(one) ?? NONE;

export function link(telling: Telling): void {
  for (const one of telling.news) {
    const known = tellings.get(one);
    if (known === undefined) tellings.set(one, new Set([telling]));
    else known.add(telling);
  }
}

export function unlink(telling: Telling): void {
  for (const one of telling.news) tellings.get(one)?.delete(telling);
}

/** Until when a telling is in somebody's hands. */
export const heldUntil = ({ holds }: Telling): number => Math.max(-Infinity, ...[...holds].map(({ until }) => until));

/** Until when something is in somebody's hands. */
export const inHandUntil = (one: News): number => Math.max(-Infinity, ...[...tellingsOf(one)].map(heldUntil));
