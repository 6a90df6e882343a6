import type { SchedulerLike, Subscription } from 'rxjs';
import type { AgentFunction } from '../../agent.js';
import { InvalidArgumentError, type SidestreamError } from '../../errors.js';
import type { TaskEvent, TaskId } from '../../events.js';
import type { TellingJournal } from '../../journalOf.js';
import type { Json, JsonObject } from '../../json.js';
import type { Fact, Kept, KeptTelling, Store, StoreWarning } from '../../store.js';
import type { Unstamped } from '../log/taskLog.js';
import { isFound, Place, type ScopeNode } from '../task/scopeNode.js';
import type { Journal } from '../task/journal.js';
import type { TaskRecord } from '../task/taskRecord.js';
import { keptEnding, losesParts } from './endings.js';
import { jsonProblem } from './jsonProblem.js';
import { keptLog, linesOf } from './logs.js';
import { weightOf } from '../task/weightOf.js';
import { RestoredRecord } from './restoredRecord.js';
import type { Commits } from './commits.js';

/** Milliseconds in which it is kept beside something else that a task is forgotten: nobody waits for that. */
const BESIDE = 20;

/** What a journal needs of the session that it is kept for. */
export interface JournalOwner {
  readonly scheduler: SchedulerLike;
  readonly clock: { now(): number; wall(moment: number): number };
  readonly dispatcher: { readonly isBusy: boolean };
  /** Whether an agent goes on from what it saved. */
  resumes(agent: AgentFunction | undefined): boolean;
  /** By which name an agent can be found, this one where several are its own. */
  nameOf(agent: AgentFunction, name?: string): string | undefined;
  readonly warn: (warning: StoreWarning) => void;
  hear(id: TaskId): void;
}

/** Writes down what happens in a session, as facts, in one order. */
export class StoreJournal implements Journal<TaskRecord>, TellingJournal {
  readonly tellings: readonly KeptTelling[];
  /** Where questions were read in earlier lives. */
  readonly #readAt = new Map<string, string>();
  /** Ids that were drawn, and endings that were said, in all lives of the session. */
  #n: number;
  #order: number;
  /** Of each task that prints: how many of its lines are written. */
  readonly #printed = new Map<TaskRecord, number>();
  readonly #dirty = new Set<TaskRecord>();
  /** Those that have saved what nobody can go on from before their end. */
  readonly #unsaved = new Set<TaskRecord>();
  /** What was written last of what was spent in a place. */
  readonly #spent = new WeakMap<Place, string>();
  /** Heard of, as somebody has said: written down at once. */
  readonly #said = new Set<TaskId>();
  /** Heard of by who is given it in this very moment: written down when that is over, and he has it. */
  readonly #given = new Set<TaskId>();
  #hearing: Subscription | undefined;
  #keeping: Subscription | undefined;
  #isClosed = false;

  constructor(
    private readonly store: Store,
    private readonly commits: Commits,
    private readonly owner: JournalOwner,
    kept: Kept,
    /** The ordinal of the last id. */
    lastN: number,
  ) {
    this.tellings = kept.told;
    for (const { questions = [] } of kept.tasks) {
      for (const { question, readAt } of questions) if (readAt !== undefined) this.#readAt.set(question.id, readAt);
    }
    this.#n = lastN;
    this.#order = kept.lastOrder;
  }

  get failure(): SidestreamError | undefined { return this.commits.failure; }

  /** Counts an id that was drawn. */
  drawn(): void { this.#n += 1; }

  nameOf(agent: AgentFunction): string | undefined { return this.owner.nameOf(agent); }

  delegated(task: TaskRecord, startsNow: boolean): void {
    const { id, name, brief, above, options } = task;
    refuseWhatIsNotJson(brief, 'brief');
    const known = this.owner.nameOf(task.agent!, name);
    const { detached, deadline, idleTimeout, steerable, signal, key, meta, budget, wrapUp } = options;
    const createdAt = this.owner.clock.wall(task.createdAt);
    this.commits.writeNow({
      type: 'created', id, n: this.#n, agent: name, named: known !== undefined, parentIds: idsAbove(above),
      brief: brief as unknown as JsonObject,
      options: {
        ...known !== name && known !== undefined && { known },
        ...detached === true && { detached }, ...deadline !== undefined && { deadline }, ...idleTimeout !== undefined && { idleTimeout },
        ...key !== undefined && { key, ...above instanceof Place && { keyIn: above.id } }, ...meta !== undefined && { meta },
        ...budget !== undefined && { budget }, ...wrapUp !== undefined && { wrapUp },
        ...steerable !== undefined && { steerable }, ...signal !== undefined && { signal: true }, ...!startsNow && { queued: true },
      },
      createdAt,
      ...startsNow && { startedAt: createdAt },
    });
  }

  started(task: TaskRecord, now: number): void {
    const { attempt, tries } = task instanceof RestoredRecord ? task.following : { attempt: 1, tries: 1 };
    this.#write({ type: 'started', id: task.id, at: this.owner.clock.wall(now), attempt, tries });
  }

  said(task: TaskRecord, event: Unstamped<TaskEvent>): void {
    if (event.type === 'steered') {
      const { steeringId, state, text, reason, step } = event;
      this.#write({
        type: 'steered', taskId: task.id, id: steeringId, state, text: state === 'delivered' ? '' : text,
        ...reason !== undefined && { reason }, ...step !== undefined && { step },
      });
    } else if (event.type === 'question') {
      const question = task.questions!.open.find(({ id }) => id === event.questionId)!;
      this.#write({ type: 'asked', id: task.id, question: { ...question } });
    } else if (event.type === 'answered') {
      this.#write({ ...event, id: task.id });
    } else if (event.type === 'attempt') {
      this.#write({ type: 'attempted', id: task.id, attempt: task.log.attempt });
    } else {
      this.printed(task);
    }
  }

  printed(task: TaskRecord): void {
    if (this.#dirty.size === 0) queueMicrotask(() => { this.#print(); });
    this.#dirty.add(task);
  }

  saved(task: TaskRecord, checkpoint: unknown): void {
    refuseWhatIsNotJson(checkpoint, 'checkpoint');
    // Nobody else goes on from it in another process.
    if (!this.owner.resumes(task.agent)) {
      // A task that follows it may.
      this.#unsaved.add(task);
      return;
    }
    this.#write({ type: 'saved', id: task.id, checkpoint: structuredClone(checkpoint) as Json });
  }

  ended(task: TaskRecord): void {
    const { clock } = this.owner;
    const outcome = task.outcome!;
    const isTooLarge = task.weight > MAX_WEIGHT;
    const ending = keptEnding(outcome, isTooLarge);
    if (losesParts((outcome as { readonly result?: unknown }).result)) {
      this.owner.warn({
        code: 'result_not_kept', taskId: task.id,
        message: `Files in the result of task ${task.id} are too large to be kept: after a restart they are only named. `
          + 'Let the agent write them to disk, and give their paths.',
      });
    }
    if (ending.type !== 'cancelled' && ending.form === 'text') {
      this.owner.warn({
        code: 'result_not_kept', taskId: task.id,
        message: isTooLarge
          ? `The result of task ${task.id} is too large to be kept: after a restart its beginning is there. Let the agent write a file.`
          : `The result of task ${task.id} is no JSON, so after a restart it is read as text. Let the agent answer plain data.`,
      });
    }
    this.#forget(task);
    this.#writeSpent(task.place.within);
    if (this.#unsaved.delete(task)) this.#write({ type: 'saved', id: task.id, checkpoint: structuredClone(task.saved) as Json });
    this.#write({
      type: 'ended', id: task.id, ending, at: clock.wall(task.endedAt!), seq: outcome.seq, order: ++this.#order,
      ...task.endedIds !== undefined && { ids: task.endedIds },
      heard: task.isHeard === true, weight: task.weight, attempt: outcome.attempt, log: keptLog(task),
      activeAt: clock.wall(task.lastActivityAt), usage: task.spent?.kept,
    });
  }

  heard({ id }: TaskRecord): void {
    if (this.#isClosed) return;
    this.#given.add(id);
    this.#hearing ??= this.owner.scheduler.schedule(() => {
      this.allGiven();
      this.#writeHeard();
    });
  }

  hear(id: TaskId): void {
    this.owner.hear(id);
    if (this.#given.delete(id)) this.#said.add(id);
  }

  forgotten({ id }: TaskRecord): void {
    // In one group with that it is gone.
    if (this.#given.delete(id)) this.#said.add(id);
    if (this.#isClosed) return;
    if (this.#said.size > 0) this.commits.write(this.#heardOf());
    this.commits.write({ type: 'evicted', ids: [id], at: this.owner.clock.wall(this.owner.clock.now()) });
    this.#beside();
  }

  closed(scope: string, ids: readonly TaskId[]): void { this.#write({ type: 'closed', scope, ids }); }

  paused(paused: boolean): void { this.#write({ type: 'paused', paused }); }

  told(telling: KeptTelling): boolean {
    this.#write({ type: 'told', ...telling });
    this.commits.flush();
    return !this.isOver && this.commits.kept === this.commits.written;
  }

  read(id: TaskId, questionId: string, at: string): void { this.#write({ type: 'read', id, questionId, at }); }

  readAt(questionId: string): string | undefined { return this.#readAt.get(questionId); }

  whenKept(work: () => void): void {
    this.commits.whenKept(() => { if (!this.isOver) work(); });
  }

  /** Whether nothing is kept any more: what is to be told is for the next life to tell, or for whoever owns the store. */
  get isOver(): boolean { return this.#isClosed || this.commits.isLost; }

  settled(): Promise<void> | undefined {
    this.#writeHeard();
    this.commits.flush();
    return this.commits.settled();
  }

  /** The same, and what is given in this very moment counts as heard of, too. */
  allSettled(): Promise<void> | undefined {
    this.allGiven();
    return this.settled();
  }

  /** The last facts of this life. @param suspended - what ran, and goes on in the next */
  end(suspended: readonly TaskId[]): Promise<void> | undefined {
    this.#print();
    if (suspended.length > 0) this.#write({ type: 'suspended', ids: suspended });
    // What was given by the closing itself nobody has yet: it is told in the next life.
    this.#hearing?.unsubscribe();
    this.#keeping?.unsubscribe();
    const settled = this.settled();
    this.#isClosed = true;
    return settled;
  }

  /** Whoever is being given an outcome has it now. */
  allGiven(): void {
    this.#hearing?.unsubscribe();
    this.#hearing = undefined;
    for (const id of this.#given) this.#said.add(id);
    this.#given.clear();
  }

  /** Nobody waits for it: it is kept beside something else, or soon. */
  #beside(): void {
    this.#keeping ??= this.owner.scheduler.schedule(() => {
      this.#keeping = undefined;
      this.commits.flush();
    }, BESIDE);
  }

  #writeHeard(): void {
    if (this.#said.size > 0) this.#write(this.#heardOf());
  }

  #heardOf(): Fact {
    const ids = [...this.#said];
    this.#said.clear();
    return { type: 'heard', ids };
  }

  #print(): void {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    if (this.#isClosed) return;
    if (this.#writeSpent(new Set(dirty.flatMap((task) => task.place.within)))) this.#beside();
    for (const task of dirty) {
      if (task.outcome !== undefined) continue;
      const { window, spent, lastActivityAt, form: { windowLines: keep } } = task;
      const count = window?.count ?? 0;
      const lines = linesOf(task, Math.min(count - (this.#printed.get(task) ?? 0), keep));
      this.#printed.set(task, count);
      try {
        this.store.print(task.id, {
          first: count - lines.length, lines, keep, activeAt: this.owner.clock.wall(lastActivityAt), usage: spent?.kept,
        });
      } catch { /* Lines may be lost; the next commit says what is wrong. */ }
    }
  }

  /** Of places that are found again; answers with whether there was anything new. */
  #writeSpent(places: Iterable<Place>): boolean {
    let isNew = false;
    for (const place of places) {
      const usage = place.spent?.kept;
      const text = JSON.stringify(usage);
      if (usage === undefined || this.#spent.get(place) === text || (place.id !== undefined && !isFound(place))) continue;
      this.#spent.set(place, text);
      this.commits.write({ type: 'spent', place: place.id ?? '', usage });
      isNew = true;
    }
    return isNew;
  }

  #forget(task: TaskRecord): void {
    this.#printed.delete(task);
    this.#dirty.delete(task);
  }

  #write(fact: Fact): void {
    if (this.#isClosed) return;
    if (this.#said.size > 0 && fact.type !== 'heard') this.commits.write(this.#heardOf());
    this.commits.write(fact);
    // In a turn of the dispatcher it is kept with all that the turn does.
    if (!this.owner.dispatcher.isBusy) this.commits.flush();
  }
}

/** What is beyond is no brief, checkpoint or result of an agent, and more than a store should be asked to take. */
const MAX_WEIGHT = 134_217_728;

function refuseWhatIsNotJson(value: unknown, what: string): void {
  const problem = jsonProblem(value, what) ?? (weightOf(value) > MAX_WEIGHT ? `\`${what}\` is larger than 128 MiB` : undefined);
  if (problem !== undefined) {
    throw new InvalidArgumentError(`A session with a store keeps a ${what} as JSON, and ${problem}. Give plain data.`);
  }
}

/** The tasks above, and the scopes that are found again. */
function idsAbove(node: ScopeNode): readonly TaskId[] {
  const ids: TaskId[] = [];
  for (let one: ScopeNode | undefined = node; one?.id !== undefined; one = one.above) if (isFound(one)) ids.push(one.id);
  return ids;
}
