import { InvalidArgumentError } from '../../../core/errors.js';
import type { TaskId } from '../../../core/events.js';
import { isWithin } from '../../../core/scopeId.js';
import type { Fact, KeptQuestion, Page } from '../../../core/store.js';
import { shownGoal } from '../../summaryOf.js';
import { withLetter } from '../../withLetter.js';
import { toldOf } from '../../toldOf.js';
import { openOf, withQuestion } from '../../withQuestion.js';
import { textIn, type Database } from '../file/database.js';
import { writeLedger, type Draft, type Ledger } from './ledger.js';
import { packLines } from './packedLines.js';
import { deletePages, readPages, writePage } from './pages.js';
import { seal } from './seal.js';
import { closeSpent, forgetSpent, writeSpent } from './spent.js';
import {
  bytesOf, deleteTask, findTask, insertTask, keyOf, placeOf, readPart, updateTask, writePart, type Task,
} from './task.js';
import { readTellings, withTelling, writeTellings, type Telling } from './tellings.js';

/** So many ids of tasks that were let go of are kept, and so many places in which something was spent. */
const REMEMBERED = 10_000;

type FactOf<T extends Fact['type']> = Extract<Fact, { readonly type: T }>;

/** Facts and pages that are kept together, in a transaction that is under way; `finish` writes what they come to. */
export class Group {
  readonly #draft: Draft;
  readonly #tasks = new Map<TaskId, { readonly before: Task; readonly now: Task }>();
  #before: readonly Telling[] | undefined;
  #tellings: readonly Telling[] | undefined;

  constructor(readonly db: Database, ledger: Ledger) {
    this.#draft = { ...ledger, commits: ledger.commits + 1 };
  }

  /** For what is no fact. */
  change(what: Partial<Ledger>): void {
    Object.assign(this.#draft, what);
  }

  finish(): { readonly ledger: Ledger; readonly text: string } {
    for (const { before, now } of this.#tasks.values()) {
      if (before === now) continue;
      updateTask(this.db, now);
      this.#count(before, -1);
      this.#count(now, 1);
    }
    if (this.#tellings !== this.#before) {
      writeTellings(this.db, this.#before!, this.#tellings!);
      this.#draft.told = this.#tellings!.length;
    }
    return { ledger: this.#draft, text: writeLedger(this.db, this.#draft) };
  }

  print(id: TaskId, page: Page): void {
    const task = this.#find(id);
    if (task !== undefined && task.state !== 'ended') this.#draft.pages += writePage(this.db, task.n, page);
  }

  keep(fact: Fact): void {
    switch (fact.type) {
      case 'begun': this.#draft.seed ??= fact.seed; break;
      case 'created': this.#create(fact); break;
      case 'started': {
        const { at, attempt, tries } = fact;
        this.#changeLive(fact.id, (task) => ({ ...task, state: 'running', startedAt: task.startedAt ?? at, attempt, tries }));
        break;
      }
      case 'attempted': this.#changeLive(fact.id, (task) => ({ ...task, attempt: fact.attempt })); break;
      case 'steered': {
        this.#change(fact.taskId, (task) =>
          writePart(this.db, task, 'letters', withLetter(readPart(this.db, task, 'letters') ?? [], fact)));
        break;
      }
      case 'asked':
      case 'answered':
      case 'read':
        this.#changeLive(fact.id, (task) => withQuestions(task, withQuestion(task.questions ?? [], fact)));
        if (fact.type === 'read') this.#tell((tellings) => toldOf(tellings, () => true, (id) => id !== fact.questionId));
        break;
      case 'saved':
        this.#change(fact.id, (task) => withQuestions(writePart(this.db, task, 'saved', fact.checkpoint), openOf(task.questions ?? [])));
        break;
      case 'ended': this.#end(fact); break;
      case 'told': this.#tell((tellings) => withTelling(tellings, fact)); break;
      case 'heard': {
        for (const id of fact.ids) this.#change(id, (task) => (task.state === 'ended' ? { ...task, heard: true } : task));
        this.#untell(new Set(fact.ids));
        break;
      }
      case 'evicted': this.evict(fact.ids, fact.at); break;
      case 'closed': {
        for (const id of fact.ids) {
          this.#change(id, (task) => ({ ...task, parentIds: task.parentIds.filter((each) => !isWithin(each, fact.scope)) }));
        }
        this.#untell(new Set(fact.ids));
        this.#draft.spent -= closeSpent(this.db, fact.scope);
        break;
      }
      case 'spent': {
        this.#draft.spent += writeSpent(this.db, this.#draft.spendings += 1, fact);
        const beyond = this.#draft.spent - REMEMBERED;
        if (beyond > 0) this.#draft.spent -= forgetSpent(this.db, beyond);
        break;
      }
      case 'paused': this.#draft.paused = fact.paused; break;
      case 'suspended': for (const id of fact.ids) this.#changeLive(id, (task) => ({ ...task, tries: 0 })); break;
    }
  }

  /** Puts ended tasks into the archive; those that live are kept, whatever is said. */
  evict(ids: readonly TaskId[], at: number): void {
    const gone = new Set<TaskId>();
    for (const id of ids) {
      this.#change(id, (task) => {
        if (task.state !== 'ended') return task;
        gone.add(id);
        const place = this.#draft.evictions += 1;
        this.db.run('INSERT INTO gone(g, id, text) VALUES(?, ?, ?)', place, keyOf(id), seal({ id, parentIds: task.parentIds }));
        this.#draft.gone += 1;
        return { ...task, gone: place, goneAt: at };
      });
    }
    const beyond = this.#draft.gone - REMEMBERED;
    if (beyond > 0) this.#draft.gone -= this.db.run('DELETE FROM gone WHERE g IN (SELECT g FROM gone ORDER BY g LIMIT ?)', beyond);
    if (gone.size > 0) this.#untell(gone);
  }

  /** Takes a task out of the archive. */
  prune(task: Task): void {
    deleteTask(this.db, task);
    this.#count(task, -1);
  }

  /** Leaves only these tasks and questions in what was told. */
  tellOnly(isTask: (id: TaskId) => boolean, isQuestion: (id: string) => boolean): readonly Telling[] {
    this.#tell((tellings) => toldOf(tellings, isTask, isQuestion));
    return this.#tellings!;
  }

  #create({ id, n, agent, named, parentIds, brief, options, createdAt, startedAt }: FactOf<'created'>): void {
    const pending = this.#tasks.get(id);
    const known = pending?.now ?? findTask(this.db, id);
    const other = this.db.get('SELECT CAST(id AS BLOB) AS id FROM task WHERE n = ?', n);
    if ((known !== undefined && known.gone === undefined) || (other !== undefined && textIn(other.id) !== keyOf(id))) {
      throw new InvalidArgumentError(`The task ${id} (${n}) is in the store already.`);
    }
    if (known !== undefined) {
      deleteTask(this.db, known);
      this.#count(pending?.before ?? known, -1);
    }
    const isRunning = startedAt !== undefined;
    this.#draft.gone -= this.db.run('DELETE FROM gone WHERE id = ?', keyOf(id));
    const task: Task = {
      id, n, agent, parentIds, goal: shownGoal(brief), state: isRunning ? 'running' : 'queued', createdAt,
      ...(isRunning && { startedAt }), attempt: 1, tries: isRunning ? 1 : 0, parts: [null, null, null, null],
    };
    const whole = writePart(this.db, task, 'opening', { named, brief, options });
    insertTask(this.db, whole);
    this.#tasks.set(id, { before: whole, now: whole });
    this.#count(whole, 1);
    this.#draft.lastN = Math.max(this.#draft.lastN, n);
  }

  #end({ type, id, attempt, log, activeAt, usage, at, order, heard, ...rest }: FactOf<'ended'>): void {
    this.#draft.lastOrder = Math.max(this.#draft.lastOrder, order);
    this.#changeLive(id, (task) => {
      const known = usage ?? readPages(this.db, task.n).usage;
      this.#draft.pages -= deletePages(this.db, task.n);
      const end = writePart(this.db, task, 'end', {
        ...rest, log: { ...log, lines: packLines(log.lines) }, activeAt, ...(known !== undefined && { usage: known }),
      });
      return { ...withQuestions(end, []), state: 'ended', attempt, status: rest.ending.type, endedAt: at, order, heard };
    });
  }

  #find(id: TaskId): Task | undefined {
    const known = this.#tasks.get(id);
    if (known !== undefined) return known.now;
    const task = findTask(this.db, id);
    if (task === undefined || task.gone !== undefined) return undefined;
    this.#tasks.set(id, { before: task, now: task });
    return task;
  }

  /** Changes a task that the session has not let go of. */
  #change(id: TaskId, how: (task: Task) => Task): void {
    const task = this.#find(id);
    if (task !== undefined && task.gone === undefined) this.#tasks.set(id, { before: this.#tasks.get(id)!.before, now: how(task) });
  }

  #changeLive(id: TaskId, how: (task: Task) => Task): void {
    this.#change(id, (task) => (task.state === 'ended' ? task : how(task)));
  }

  #untell(ids: ReadonlySet<TaskId>): void { this.#tell((tellings) => toldOf(tellings, (id) => !ids.has(id), () => true)); }

  #tell(how: (tellings: readonly Telling[]) => readonly Telling[]): void {
    this.#tellings ??= this.#before = readTellings(this.db);
    const next = how(this.#tellings);
    const isSame = next.length === this.#tellings.length && next.every((telling, at) => telling === this.#tellings![at]);
    if (!isSame) this.#tellings = next;
  }

  #count(task: Task, by: 1 | -1): void {
    const place = placeOf(task);
    this.#draft[place] += by;
    if (place === 'archived') this.#draft.archivedBytes += by * bytesOf(task);
  }
}

/** A task that asks nothing has none. */
function withQuestions({ questions: before, ...task }: Task, questions: readonly KeptQuestion[]): Task {
  return questions.length === 0 ? task : { ...task, questions };
}
