import type { Task } from '../../core/task.js';

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

/** That some tasks have ended, as it stands, or stood, in a conversation; in nobody's hands it is loose and can be told again. */
export interface Telling {
  /** What it is recognised by: the id of a tool's call, or of a batch. */
  readonly mark: string;
  readonly kind: 'call' | 'batch';
  readonly tasks: readonly Task[];
  readonly holds: Set<Hold>;
}

/** By the task and not by the scope, so that two inboxes, or the toolsets of a parent and its child, never hand over the same. */
const tellings = new WeakMap<Task, Set<Telling>>();

const NONE: ReadonlySet<Telling> = new Set();

/** Where a task's end is or was told. */
export const tellingsOf = (task: Task): ReadonlySet<Telling> => tellings.get(task) ?? NONE;

export function link(telling: Telling): void {
  for (const task of telling.tasks) {
    const known = tellings.get(task);
    if (known === undefined) tellings.set(task, new Set([telling]));
    else known.add(telling);
  }
}

export function unlink(telling: Telling): void {
  for (const task of telling.tasks) tellings.get(task)?.delete(telling);
}

/** Until when a telling is in somebody's hands. */
export const heldUntil = ({ holds }: Telling): number => Math.max(-Infinity, ...[...holds].map(({ until }) => until));

/** Until when a task's end is in somebody's hands. */
export const inHandUntil = (task: Task): number => Math.max(-Infinity, ...[...tellingsOf(task)].map(heldUntil));
