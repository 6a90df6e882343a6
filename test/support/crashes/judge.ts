import type { Task, TaskEvent, TaskId } from '../../../src/index.js';
import type { Session } from '../../../src/index.js';

/** Law 13 was broken. */
export class ForgottenOrTwice extends Error { override readonly name = 'ForgottenOrTwice'; }

const broken = (what: string): never => { throw new ForgottenOrTwice(what); };

/** What becomes of a running task when its process ends: by its agent, or since nobody finds that again. */
export type Kind = 'plain' | 'again' | 'on' | 'ghost';

/** A task that whoever delegated it was given. */
interface Known {
  readonly kind: Kind;
  readonly parent: TaskId | undefined;
  readonly detached: boolean;
  readonly signal: boolean;
  readonly life: number;
  readonly isQueued: boolean;
  /** The scope in which it was started, '' for none; of what has a parent, that is not asked. */
  readonly place: string;
}

/** Whom an end was told by. */
interface Told {
  /** Batches that it was handed over in. */
  readonly marks: Set<string>;
  /** Told for good: by a batch that was acknowledged, by a tool's answer, or by a stream when that was kept. */
  forGood: boolean;
  /** Told by a stream, or in an answer of a tool that had not come back when the process ended. */
  perhaps: boolean;
}

/** What the outside saw, as calls of the judge that can be made again. */
export type Sight = { readonly [K in SightName]: readonly [K, ...Parameters<Sights[K]>] }[SightName];

type SightName =
  | 'opening' | 'over' | 'started' | 'ends' | 'event' | 'text' | 'called' | 'saving' | 'saved' | 'steering' | 'steered' | 'handed'
  | 'closing' | 'closed' | 'pausing' | 'wasPaused' | 'keying' | 'keyed' | 'spending' | 'spent' | 'found' | 'acknowledging' | 'acknowledged'
  | 'calling' | 'answered' | 'given' | 'kept' | 'answering' | 'answerTaken' | 'askerGot';

/**
 * Judges law 13 by nothing but what the outside saw, in all lives of a session: what was acknowledged is known, its outcome is one, nothing
 * runs again unless its agent says so, and what may have been told twice says so by the same batch id.
 */
export class Judge {
  readonly sights: Sight[] = [];
  readonly #sights = new Sights();
  #violation: unknown;
  /** Called when the outside has seen something: here a process may end. */
  point: ((name: string) => void) | undefined;

  static of(sights: readonly Sight[]): Judge {
    const judge = new Judge();
    for (const [what, ...args] of sights) judge.saw(what, ...args as never);
    return judge;
  }

  saw<K extends SightName>(what: K, ...args: Parameters<Sights[K]>): void {
    this.sights.push([what, ...args] as unknown as Sight);
    try {
      (this.#sights[what] as (...given: unknown[]) => void)(...args);
    } catch (error) {
      // Not into whoever says it, which may be inside the session.
      this.#violation ??= error;
    }
    this.point?.(`${what} ${JSON.stringify(args[0])?.slice(0, 60)}`);
  }

  /** Throws what was broken first. */
  ask(): void {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- it was thrown as an error
    if (this.#violation !== undefined) throw this.#violation;
  }

  /** What was there before has to be there again. */
  opened(session: Session, placeOf: (id: TaskId) => string): void {
    this.saw('wasPaused', session.isPaused);
    this.#sights.compare(session, placeOf, (...found) => { this.saw('found', ...found); });
  }

  /** The task that was last given for a key, as far as that is known. */
  taskOf(place: string, key: string): TaskId | undefined { return this.#sights.keys.get(`${place} ${key}`); }

  isKnown(id: TaskId): boolean { return this.#sights.known.has(id); }

  /** In the end everything has ended, and everything was told. @param unheard - of the session and of each scope */
  finished(session: Session, unheard: readonly Task[]): void { this.#sights.finish(session, unheard); }

}

class Sights {
  readonly known = new Map<TaskId, Known>();
  readonly outcomes = new Map<TaskId, string>();
  readonly texts = new Map<TaskId, string>();
  readonly portraits = new Map<TaskId, string>();
  /** The lives in which a task's agent was called. */
  readonly calls = new Map<TaskId, number[]>();
  readonly attempts = new Map<TaskId, number>();
  readonly checkpoints = new Map<TaskId, { kept: number; given: number }>();
  readonly letters = new Map<string, { readonly task: TaskId; state: string }>();
  readonly asked = new Map<TaskId, number>();
  /** What was asked: still open, settled, or about to be. */
  readonly questions = new Map<string, { readonly task: TaskId; readonly text: string; state: 'open' | 'perhaps' | 'settled' }>();
  /** What may have been answered to a task, by the text of the question. */
  readonly answers = new Map<string, Set<string>>();
  readonly places = new Map<string, string>();
  readonly told = new Map<TaskId, Told>();
  readonly batches = new Map<string, readonly TaskId[]>();
  readonly lamented = new Set<TaskId>();
  /** Whose agent, or somebody else, was about to end it. */
  readonly ending = new Set<TaskId>();
  readonly begun = new Set<TaskId>();
  /** By place and key. */
  readonly keys = new Map<string, TaskId>();
  /** Scopes that somebody was about to close: what was in them may have left them. */
  readonly leaving = new Set<TaskId>();
  /** What may have been said last of whether the session is paused. */
  #pauses: boolean[] = [false];
  /** What was spent in all, what of that in this life, and what of what was spent before is known for good. */
  #spent = 0;
  #spentNow = 0;
  #spentKept = 0;
  #spentBefore = 0;
  /** Ends that a stream gave in this life, and of which it is not kept yet that they were heard. */
  #given: TaskId[] = [];
  #calling: readonly TaskId[] = [];
  #anyCalling = false;
  life = 0;
  #isOrderly = true;
  #endedThisLife = new Set<TaskId>();

  opening(): void {
    this.life += 1;
    // Of what was not kept, some may be lost.
    this.#spentBefore = this.#spentKept;
    this.#spentNow = 0;
  }

  /** @param isOrderly - whether the session was closed */
  over(isOrderly: boolean): void {
    this.#isOrderly = isOrderly;
    for (const id of this.#given) this.#toldOf(id).perhaps = true;
    for (const id of this.#calling) this.#toldOf(id).perhaps = true;
    if (this.#anyCalling) for (const id of this.known.keys()) this.#toldOf(id).perhaps = true;
    this.#given = [];
    this.#calling = [];
    this.#anyCalling = false;
    this.#endedThisLife = new Set();
  }

  started(id: TaskId, kind: Kind, { parent, detached, signal, isQueued, place }: Omit<Known, 'kind' | 'life'>): void {
    if (this.known.has(id)) broken(`the id ${id} was given to two tasks`);
    this.known.set(id, { kind, parent, detached, signal, life: this.life, isQueued, place });
  }

  /** A scope is about to be closed: what is in it ends, and whoever closes it has heard of that. */
  closing(place: string, living: readonly TaskId[], all: readonly TaskId[]): void {
    for (const id of living) this.ends(id);
    for (const id of all) {
      this.leaving.add(id);
      // What is unheard of it somebody else is told.
      this.told.get(id)?.marks.clear();
    }
    for (const key of this.keys.keys()) if (key.startsWith(`${place} `)) this.keys.delete(key);
    this.acknowledging(living);
  }

  /** That is kept. */
  closed(place: string): void {
    for (const [id, known] of this.known) {
      if (known.place === place && this.leaving.delete(id)) this.known.set(id, { ...known, place: '' });
    }
  }

  pausing(isPaused: boolean): void { this.#pauses.push(isPaused); }

  /** Of a session that was opened again. */
  wasPaused(isPaused: boolean): void {
    if (!this.#pauses.includes(isPaused)) broken(`the session is ${isPaused ? '' : 'not '}paused, and was otherwise`);
    this.#pauses = [isPaused];
  }

  spending(tokens: number): void {
    this.#spent += tokens;
    this.#spentNow += tokens;
  }

  /** What the session says that was spent in all of its lives. */
  spent(tokens: number): void {
    if (tokens > this.#spent) broken(`${this.#spent} tokens were spent, and ${tokens} are counted`);
    if (tokens < this.#spentKept) broken(`${this.#spentKept} tokens were spent for good, and ${tokens} are counted`);
  }

  /** Somebody is about to delegate with a key, and ends the task that has it, if it is `superseded`. */
  keying(place: string, key: string, superseded?: TaskId): void {
    if (superseded === undefined) return;
    this.keys.delete(`${place} ${key}`);
    this.ends(superseded);
    this.acknowledging([superseded]);
  }

  /** @param isThere - whether the task that had the key was there, and has to be the answer */
  keyed(place: string, key: string, id: TaskId, isThere: boolean): void {
    const before = this.keys.get(`${place} ${key}`);
    if (isThere && before !== undefined && before !== id) broken(`the key ${key} in "${place}" was given to ${before}, and now to ${id}`);
    this.keys.set(`${place} ${key}`, id);
  }

  /** Somebody is about to end it, whatever comes of that. */
  ends(id: TaskId): void { this.ending.add(id); }

  event(event: TaskEvent, portrait?: string): void {
    const { taskId: id, seq, type } = event;
    const what = JSON.stringify(event);
    const place = `${id} ${seq}`;
    const before = this.places.get(place);
    if (before !== undefined) broken(`place ${seq} of ${id} is ${before} and ${what}`);
    this.places.set(place, what);
    const isLament = type === 'warning' && event.code === 'unheard_evicted';
    if (this.outcomes.has(id) && !isLament) broken(`${what} follows the outcome of ${id}`);
    if (type === 'started') this.begun.add(id);
    if (type === 'attempt') {
      if (event.attempt <= (this.attempts.get(id) ?? 1)) broken(`attempt ${event.attempt} of ${id} has been before`);
    }
    this.attempts.set(id, Math.max(this.attempts.get(id) ?? 1, event.attempt));
    if (type === 'question') {
      if (this.questions.has(event.questionId)) broken(`question ${event.questionId} was asked twice`);
      this.questions.set(event.questionId, { task: id, text: event.text, state: 'open' });
    }
    if (type === 'answered') this.questions.get(event.questionId)!.state = 'settled';
    if (type === 'steered') this.#letter(event.steeringId, id, event.state);
    if (isLament) this.lamented.add(id);
    if (type === 'completed' || type === 'failed' || type === 'cancelled') {
      this.outcomes.set(id, what);
      this.#endedThisLife.add(id);
      if (portrait !== undefined) this.portraits.set(id, portrait);
      this.text(id, type, type === 'completed' ? String(event.result) : type === 'failed' ? event.error.message : event.reason);
    }
  }

  /** How a task ended, in words: of a tool's answer, or of a batch. */
  text(id: TaskId, status: string, text: string): void {
    const said = `${status}: ${text}`;
    const before = this.texts.get(id);
    if (before !== undefined && before !== said) broken(`${id} ended as "${before}", and as "${said}"`);
    this.texts.set(id, said);
  }

  called(id: TaskId, kind: Kind, saved: number): void {
    const lives = this.calls.get(id) ?? [];
    if (this.outcomes.has(id)) broken(`the agent of ${id} was called behind its outcome`);
    if (lives.includes(this.life)) broken(`the agent of ${id} was called twice in one life`);
    if (lives.length > 0 && (kind === 'plain' || kind === 'ghost')) broken(`${id} runs again, and its agent never said that it may`);
    if (lives.length > 0 && this.known.get(id)?.signal === true) broken(`${id} runs again, and whoever could abort it has gone`);
    if (lives.length > 0 && this.#isBelow(id)) broken(`${id} runs again, and what is above it may start it too`);
    const checkpoint = this.checkpoints.get(id);
    if (kind === 'on' && lives.length > 0 && saved < (checkpoint?.kept ?? 0)) {
      broken(`${id} goes on from ${saved}, and ${checkpoint!.kept} was saved`);
    }
    if (kind === 'again' && saved > 0) broken(`${id} begins anew, and is given what it saved`);
    if (saved > (checkpoint?.given ?? 0)) broken(`${id} goes on from ${saved}, which it never saved`);
    this.calls.set(id, [...lives, this.life]);
  }

  saving(id: TaskId, checkpoint: number): void {
    this.checkpoints.set(id, { kept: this.checkpoints.get(id)?.kept ?? 0, given: checkpoint });
  }

  saved(id: TaskId, checkpoint: number): void { this.checkpoints.set(id, { kept: checkpoint, given: checkpoint }); }

  steering(task: TaskId): void { this.asked.set(task, (this.asked.get(task) ?? 0) + 1); }
  steered(id: string, task: TaskId, state: string): void { this.#letter(id, task, state); }

  /** Somebody is about to answer, whatever comes of that. */
  answering(id: string, text: string, task: TaskId, answer: string): void {
    const question = this.questions.get(id);
    if (question?.state === 'open') question.state = 'perhaps';
    const key = `${task} ${text}`;
    this.answers.set(key, (this.answers.get(key) ?? new Set()).add(answer));
  }

  answerTaken(id: string): void {
    const question = this.questions.get(id);
    if (question !== undefined) question.state = 'settled';
  }

  /** Whoever asked has an answer. */
  askerGot(task: TaskId, text: string, answer: string): void {
    if (this.answers.get(`${task} ${text}`)?.has(answer) !== true) broken(`${task} got "${answer}" for "${text}", which nobody has said`);
  }

  handed(mark: string, ids: readonly TaskId[]): void {
    const whole = this.batches.get(mark) ?? ids;
    for (const id of ids) {
      const told = this.#toldOf(id);
      // Unless a stream told it meanwhile, and that was lost with a process.
      if (!whole.includes(id) && !told.perhaps) broken(`batch ${mark} was told without ${id}, and now with it`);
      if (told.forGood) broken(`${id} is told again in batch ${mark}, and was heard of for good`);
      const isOther = told.marks.size > 0 && !told.marks.has(mark);
      if (isOther) broken(`${id} is told again in batch ${mark}, and was in ${[...told.marks].join()}`);
      told.marks.add(mark);
    }
    this.batches.set(mark, whole);
  }

  /** From here on it may be kept that they were heard of. */
  acknowledging(ids: readonly TaskId[]): void { for (const id of ids) this.#toldOf(id).perhaps = true; }

  /** @param ids - those of the batch that were handed over */
  acknowledged(ids: readonly TaskId[]): void { for (const id of ids) this.#toldOf(id).forGood = true; }

  /** A tool is at work. @param ids - what it may tell of, or that it may be anything */
  calling(ids: readonly TaskId[] | 'any'): void {
    if (ids === 'any') this.#anyCalling = true;
    else this.#calling = ids;
  }

  /** Told by a tool that nobody follows: as by a stream, when that is kept. */
  answered(told: readonly TaskId[]): void {
    this.#anyCalling = false;
    this.#calling = [];
    for (const id of told) this.given(id);
  }

  /** A stream has given an outcome. */
  given(id: TaskId): void {
    this.#toldOf(id).perhaps = true;
    this.#given.push(id);
  }

  /** Everything so far is kept. */
  kept(): void {
    for (const id of this.#given) this.#toldOf(id).forGood = true;
    this.#given = [];
    this.#pauses = this.#pauses.slice(-1);
    this.#spentKept = this.#spentBefore + this.#spentNow;
  }

  /** How a task turned out to have ended that nobody had seen end. */
  found(id: TaskId, outcome: string, portrait: string): void {
    this.outcomes.set(id, outcome);
    this.portraits.set(id, portrait);
  }

  compare(session: Session, placeOf: (id: TaskId) => string, found: (...found: Parameters<Sights['found']>) => void): void {
    let late = 0;
    for (const [id, known] of this.known) {
      const task = session.get(id);
      if (task === undefined) {
        if (!session.isEvicted(id)) broken(`${id} was acknowledged and is forgotten`);
        if (this.#mustGoOn(id)) broken(`${id} is to go on and was evicted`);
        continue;
      }
      const place = placeOf(id);
      if (known.parent === undefined && place !== known.place && !(place === '' && this.leaving.has(id))) {
        broken(`${id} was in "${known.place}", and now is in "${place}"`);
      }
      const { outcome } = task;
      const seen = this.outcomes.get(id);
      if (seen !== undefined) {
        if (outcome === undefined) broken(`${id} had ended as ${seen}, and now is ${task.status}`);
        const now = JSON.stringify(outcome);
        if (now !== seen) broken(`${id} had ended as ${seen}, and now as ${now}`);
        const portrait = this.portraits.get(id);
        if (portrait !== undefined && portraitOf(task) !== portrait) broken(`${id} was ${portrait}, and now is ${portraitOf(task)}`);
        this.#compareHeard(id, task);
      } else if (outcome === undefined) {
        this.#compareLiving(id);
        this.#compareQuestions(id, task);
      }
      else {
        if (this.#compareEnding(id, known, outcome)) late += 1;
        found(id, JSON.stringify(outcome), portraitOf(task));
      }
      this.#compareLetters(id, task);
    }
    if (late > 1) broken(`${late} tasks that waited were ended by one crash`);
  }

  finish(session: Session, unheard: readonly Task[]): void {
    if (unheard.length > 0) broken(`${unheard.map(({ id }) => id).join()} ended, and nobody was told`);
    for (const [id, { parent }] of this.known) {
      const task = session.get(id);
      if (task === undefined) {
        if (!session.isEvicted(id)) broken(`${id} was acknowledged and is forgotten`);
        const isUnheard = this.#endedThisLife.has(id) && parent === undefined && !this.told.has(id);
        if (isUnheard && !this.lamented.has(id)) broken(`${id} was evicted before anybody had heard of it, and nobody was told that`);
        continue;
      }
      if (task.outcome === undefined) broken(`${id} never ended`);
      if (parent === undefined && !this.told.has(id)) broken(`${id} ended, was told to nobody, and counts as heard`);
      const { queued } = task.snapshot(0).steering;
      if (queued > 0) broken(`${queued} messages wait for ${id}, which has ended`);
    }
  }

  #toldOf(id: TaskId): Told {
    let told = this.told.get(id);
    if (told === undefined) this.told.set(id, told = { marks: new Set(), forGood: false, perhaps: false });
    return told;
  }

  #letter(id: string, task: TaskId, state: string): void {
    const known = this.letters.get(id);
    if (known === undefined) this.letters.set(id, { task, state });
    else {
      if (known.task !== task) broken(`message ${id} was sent to ${known.task}, and now to ${task}`);
      if (known.state !== 'queued' && known.state !== state) broken(`message ${id} was ${known.state}, and now is ${state}`);
      known.state = state;
    }
  }

  #isBelow(id: TaskId): boolean {
    const { parent, detached } = this.known.get(id) ?? { parent: undefined, detached: false };
    return parent !== undefined && !detached;
  }

  /** Whether somebody may have ended it before the process did. */
  #mayHaveEnded(id: TaskId): boolean {
    const known = this.known.get(id);
    if (known === undefined || this.ending.has(id)) return true;
    return this.#isBelow(id) && this.#mayHaveEnded(known.parent!);
  }

  #mustGoOn(id: TaskId): boolean {
    const { kind, signal } = this.known.get(id)!;
    if (this.outcomes.has(id) || this.#mayHaveEnded(id) || this.#isBelow(id) || signal) return false;
    return kind === 'again' || (kind === 'on' && (this.checkpoints.get(id)?.kept ?? 0) > 0);
  }

  #compareLiving(id: TaskId): void {
    const { kind, signal } = this.known.get(id)!;
    const wasCalled = this.calls.has(id);
    if (this.#isBelow(id)) broken(`${id} goes on, and what is above it may start it too`);
    if (kind === 'ghost') broken(`${id} goes on, and nobody knows its agent`);
    if (wasCalled && (kind === 'plain' || signal)) broken(`${id} goes on, and its agent never said that it may`);
  }

  #compareQuestions(id: TaskId, task: Task): void {
    const open = new Set(task.questions.map((question) => question.id));
    for (const [question, { task: asker, state }] of this.questions) {
      if (asker !== id) continue;
      if (state === 'open' && !open.has(question)) broken(`${id} asked ${question}, and does not any more`);
      if (state === 'settled' && open.has(question)) broken(`${id} asks ${question} again, which was settled`);
    }
  }

  /** @returns whether it had waited, as far as anybody saw */
  #compareEnding(id: TaskId, { kind, signal, isQueued }: Known, outcome: TaskEvent): boolean {
    if (this.#mayHaveEnded(id)) return false;
    const code = outcome.type === 'failed' ? outcome.error.code : outcome.type;
    if (this.#isBelow(id)) {
      if (!['cancelled', 'interrupted', 'not_started'].includes(code)) broken(`${id} ended as ${code} by the end of its process`);
      return false;
    }
    if (code !== 'interrupted' && code !== 'not_started') broken(`${id} ended as ${code} by the end of its process`);
    if (this.#mustGoOn(id)) broken(`${id} is to go on, and ended as ${JSON.stringify(outcome)}`);
    if (kind === 'ghost' || signal || this.calls.has(id) || this.begun.has(id)) return false;
    if (code === 'not_started') broken(`${id} waited, and was not started though its agent is known`);
    if (isQueued && this.#isOrderly) broken(`${id} waited when the session was closed, and never ran`);
    return isQueued;
  }

  #compareHeard(id: TaskId, task: Task): void {
    const told = this.told.get(id);
    if (told?.forGood === true && !task.isHeard) broken(`${id} was heard of for good, and now nobody has heard of it`);
    if (this.known.get(id)!.parent !== undefined || !task.isHeard) return;
    if (told === undefined || (!told.forGood && !told.perhaps)) broken(`${id} counts as heard, and nobody has said that it is`);
  }

  #compareLetters(id: TaskId, task: Task): void {
    const { queued, delivered, missed } = task.snapshot(0).steering;
    const known = [...this.letters.values()].filter((letter) => letter.task === id);
    const of = (state: string): number => known.filter((letter) => letter.state === state).length;
    const now = `${queued} wait, ${delivered} were delivered, ${missed} were missed`;
    if (queued + delivered + missed < known.length) broken(`${id} was sent ${known.length} messages, and now ${now}`);
    const most = this.asked.get(id) ?? 0;
    if (queued + delivered + missed > most) broken(`${id} was sent ${most} messages at most, and now ${now}`);
    if (delivered < of('delivered')) broken(`of the messages to ${id} ${of('delivered')} were delivered, and now ${now}`);
    if (missed < of('missed')) broken(`of the messages to ${id} ${of('missed')} were missed, and now ${now}`);
    if (task.outcome === undefined && missed > 0) broken(`${id} goes on, and ${missed} of its messages were missed`);
    if (task.outcome !== undefined && queued > 0) broken(`messages wait for ${id}, which has ended`);
  }
}

/** What an ended task looks like. */
export function portraitOf(task: Task): string {
  const {
    preview, windowLines, droppedLines, cutLines, elapsed, startedAt, createdAt, endedAt, steering, missedSteering, usage, parentId,
  } = task.snapshot(Infinity);
  return JSON.stringify({
    preview, windowLines, droppedLines, cutLines, elapsed, startedAt, createdAt, endedAt, steering, missedSteering, usage, parentId,
    endedIds: task.endedIds, brief: task.brief,
  });
}
