import type { Subscription } from 'rxjs';
import type { AgentContext, Capacity, SteeringReceipt, StopReport, Task, TaskEvent, TaskSnapshot } from '../../../src/index.js';
import type { Script } from './script.js';

/** One call of an agent, as the agent itself saw it. */
export interface Run {
  readonly script: Script;
  readonly context: AgentContext;
  /** Subscribed and not yet torn down, or a promise or generator that is not yet over. */
  active: boolean;
  /** Inside its own subscribe: nothing can be torn down before that is over. */
  connecting: boolean;
  /** What it said last of itself while anybody heard it. */
  said: 'complete' | 'error' | undefined;
  /** What it put out after its end. */
  late: number;
  /** The steering messages it was given, in order. */
  readonly received: string[];
  /** Things it asked its stop to wait for, that are not over. */
  holds: number;
  /** Something was held when the task had ended already. */
  heldLate: boolean;
  teardowns: number;
  /** The frame in which something of it was last over. */
  overAt: number;
}

/** A task and what is known of it beside what the library says. */
export interface Tracked {
  readonly id: string;
  readonly task: Task;
  readonly script: Script;
  readonly parent: Tracked | undefined;
  readonly depth: number;
  readonly detached: boolean;
  readonly signal: AbortSignal | undefined;
  readonly limited: boolean;
  run: Run | undefined;
  /** Its end is on the stack: its teardown runs, or a receipt says that it missed a message. */
  ending: boolean;
  /** What it looked like when it was first seen to have ended. */
  ended: TaskSnapshot | undefined;
  /** How often `cancel()` said that it did it. */
  cancels: number;
  /** What could have cancelled it: the library may say `cancelled` only where one of these happened. */
  cancelCauses: number;
  /** An observer of its own events, or a collect, was given the outcome. */
  heard: boolean;
}

export interface Seen {
  readonly event: TaskEvent;
  /** Given inside `subscribe`, from the window. */
  readonly replayed: boolean;
  readonly moment: number;
}

/** An observer and what it saw. */
export interface Watcher {
  readonly n: number;
  readonly what: 'task' | 'scope' | 'session';
  readonly of: Tracked | undefined;
  readonly from: number;
  readonly seen: Seen[];
  replaying: boolean;
  completed: boolean;
  errored: boolean;
  left: boolean;
  subscription: Subscription | undefined;
  /** How far the checks have read. */
  checked: number;
}

/** One call of `cancel`, and how its subtree looked right after it. */
export interface Cancel {
  readonly of: Tracked;
  readonly answer: boolean;
  readonly wasEnded: boolean;
  readonly at: number;
  readonly moment: number;
  /** Called from inside a delivery, so that the outcomes themselves come after it. */
  readonly nested: boolean;
  readonly subtree: readonly { readonly of: Tracked; readonly status: string; readonly running: boolean; readonly deaf: boolean }[];
  readonly apart: readonly { readonly of: Tracked; readonly before: string; readonly after: string }[];
}

export interface Sent {
  readonly of: Tracked;
  readonly text: string;
  readonly id: string | undefined;
  /** Missing while the call goes on. */
  receipt: SteeringReceipt | undefined;
  /** A message with this id had been taken before. */
  readonly first: Sent | undefined;
  readonly firstState: string | undefined;
  readonly finals: SteeringReceipt[];
  settled: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly depth: number;
  readonly capacity: Capacity;
  readonly parentRuns: boolean;
  readonly descendants: number;
  readonly closed: boolean;
}

export interface Collected {
  readonly of: Tracked;
  answer: { readonly value: unknown } | { readonly thrown: unknown } | undefined;
  /** The signal it was given, if any. */
  readonly signal: AbortSignal | undefined;
  readonly timeout: number | undefined;
}

/** What still ran of ended tasks, by what the agents themselves say. */
export interface Running {
  readonly ids: readonly string[];
  /** Those and what was over in this very frame, or held its stop only after its end: a report may name them or not. */
  readonly maybe: readonly string[];
}

export interface Awaited {
  readonly of: Tracked;
  readonly reports: { readonly report: StopReport; readonly running: Running }[];
  completed: boolean;
}
