/** Which task an act is aimed at: the actor's own, the one above it, or the n-th of all that were ever started. */
export type Who = 'self' | 'parent' | number;

/** Something that anybody can do: a caller, an agent in its run, an observer inside `next`, a teardown. Plain data, so that it shrinks. */
export type Act =
  | { readonly do: 'delegate'; readonly script: Script; readonly under?: number; readonly detached?: true; readonly signal?: true;
    readonly deadline?: number; readonly idleTimeout?: number }
  | { readonly do: 'cancel'; readonly who: Who }
  | { readonly do: 'steer'; readonly who: Who; readonly id?: string; readonly way: 'steer' | 'next'; readonly words?: 'blank';
    readonly settled?: readonly Act[] }
  | { readonly do: 'observe'; readonly what: 'task' | 'scope' | 'session'; readonly who: Who; readonly nth: number;
    readonly acts: readonly Act[] }
  | { readonly do: 'leave'; readonly observer: number }
  | { readonly do: 'collect'; readonly who: Who; readonly timeout?: number; readonly signal?: true }
  | { readonly do: 'awaitStop'; readonly who: Who }
  | { readonly do: 'abort'; readonly signal: number }
  | { readonly do: 'look'; readonly who: Who }
  | { readonly do: 'close' };

/** What only an agent does. */
export type Step = Act
  | { readonly do: 'out'; readonly what: 'line' | 'lines' | 'text' | 'step' | 'usage' | 'result' | 'wrong' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'take' }
  | { readonly do: 'handOver'; readonly ms: number; readonly fails: boolean }
  | { readonly do: 'listen'; readonly acts: readonly Act[] }
  | { readonly do: 'unlisten' }
  | { readonly do: 'signal' }
  | { readonly do: 'hold'; readonly ms: number };

/** An agent as data. */
export interface Script {
  readonly shape: 'observable' | 'promise' | 'generator' | 'fromAsyncPromise' | 'fromAsyncGenerator' | 'array' | 'throws';
  readonly steps: readonly Step[];
  readonly end: 'complete' | 'error' | 'never';
  /** Ignores the unsubscribe or the abort, and emits after its end. */
  readonly stubborn: boolean;
  readonly teardown: 'quiet' | 'throws' | 'emits' | Act;
}

/** What a history is made of. */
export type Command = Act | { readonly do: 'advance'; readonly ms: number } | { readonly do: 'yield' };

/** The session's limits, shrunk until every one of them is met. */
export interface TightLimits {
  readonly maxRunning: number;
  readonly overflow: 'reject' | 'queue';
  readonly maxQueued: number;
  readonly maxDepth: number;
  readonly maxDescendants: number;
  readonly windowLines: number;
  readonly mailboxSize: number;
  readonly lineLength: number;
  readonly maxLineBytes: number;
  readonly cancelGrace: number;
  readonly retain: { readonly count: number; readonly age: number; readonly unheard: number };
}

/** One random schedule. */
export interface History {
  readonly limits: TightLimits;
  /** Whether the session's own stream is observed from the start; a core that is watched behaves better. */
  readonly watched: boolean;
  readonly commands: readonly Command[];
}
