import { InvalidArgumentError } from '../core/errors.js';
import type {
  EvictedTask, Fact, Kept, KeptLog, KeptQuestion, KeptSpent, KeptTask, KeptTelling, Page, Store, StoreOpening, StoreOwner, StoreView,
} from '../core/store.js';
import type { TaskId } from '../core/events.js';
import { isWithin } from '../core/scopeId.js';
import { StoreBusyError, StoreLostError } from '../core/storeErrors.js';
import { summaryOf } from './summaryOf.js';
import { isLeft, openIn, toldOf } from './toldOf.js';
import { withLetter } from './withLetter.js';
import { withPage } from './withPage.js';
import { openOf, withQuestion } from './withQuestion.js';

/** So many ids of forgotten tasks are kept, and so many places in which something was spent. */
const REMEMBERED = 10_000;
const NO_LOG: KeptLog = { lines: [], count: 0, others: [], gone: 0 };

interface Memory {
  epoch: number;
  seed?: number;
  lastN: number;
  lastOrder: number;
  readonly tasks: Map<TaskId, KeptTask>;
  told: readonly KeptTelling[];
  evicted: readonly EvictedTask[];
  paused?: boolean;
  spent: readonly KeptSpent[];
}

/**
 * A store that lives as long as its object: for specs, and to read what facts mean. Who opens it after a close finds what was committed,
 * as the next process would in a file.
 *
 * ```ts
 * import { memoryStore } from 'sidestream/stores';
 *
 * const store = memoryStore();
 * const by = { holder: 'a test', heard: 200, unheard: 1_000, evicted: 1_000 };
 * await store.open(by);
 * await store.commit([{ type: 'begun', seed: 42 }]);
 * await store.close();
 * const { epoch, seed } = await store.open(by);
 * console.log(`opening ${epoch}, seed ${seed}`); // opening 2, seed 42
 * ```
 */
export function memoryStore(name = 'memory'): Store {
  const memory: Memory = { epoch: 0, lastN: 0, lastOrder: 0, tasks: new Map(), told: [], evicted: [], spent: [] };
  let owner: StoreOwner | undefined;
  const view: StoreView = {
    owner: () => owner,
    list: ({ limit = Infinity, unheard = false } = {}) => [...memory.tasks.values()].sort((a, b) => b.n - a.n)
      .filter((task) => !unheard || task.ended?.heard === false).slice(0, limit).map(summaryOf),
    count: () => memory.tasks.size,
    find: (id) => memory.tasks.get(id),
    close: () => undefined,
  };
  return {
    name,
    open: (by) => {
      if (owner !== undefined) {
        const since = new Date(owner.since).toISOString();
        throw new StoreBusyError(`The store ${name} is owned by ${owner.holder} since ${since}. Close it first.`);
      }
      owner = { holder: by.holder, since: Date.now(), isAlive: true };
      memory.epoch += 1;
      // A copy, as from a file: what somebody does to a result is no change of the store.
      return JSON.parse(JSON.stringify(keptOf(memory, by))) as Kept;
    },
    commit: (facts) => {
      if (owner === undefined) throw new StoreLostError(`The store ${name} is not open. Open it before anything is kept in it.`);
      const copies = JSON.parse(JSON.stringify(facts)) as readonly Fact[];
      refuseTwice(memory, copies);
      for (const fact of copies) keep(memory, fact);
    },
    print: (id, page) => {
      if (owner !== undefined) print(memory, id, JSON.parse(JSON.stringify(page)) as Page);
    },
    close: () => { owner = undefined; },
    view: () => view,
  };
}

/** What is given back at an opening; what is beyond its limits is forgotten. */
function keptOf(memory: Memory, { heard, unheard, evicted }: StoreOpening): Kept {
  const { epoch, seed, lastN, lastOrder } = memory;
  const ended = [...memory.tasks.values()].filter((task) => task.ended !== undefined).sort((a, b) => a.ended!.order - b.ended!.order);
  const beyond = new Set([[true, heard], [false, unheard]].flatMap(([which, limit]) => {
    const those = ended.filter((task) => task.ended!.heard === which);
    return those.slice(0, Math.max(0, those.length - Number(limit)));
  }));
  evict(memory, ended.filter((task) => beyond.has(task)).map(({ id }) => id));
  const live = [...memory.tasks.values()];
  memory.told = toldOf(memory.told, (id) => memory.tasks.has(id), openIn(live));
  return {
    epoch, ...(seed !== undefined && { seed }), lastN, lastOrder,
    tasks: [...memory.tasks.values()].sort((a, b) => a.n - b.n),
    told: memory.told,
    evicted: evicted > 0 ? memory.evicted.slice(-evicted) : [],
    ...(memory.paused === true && { paused: true }), ...(memory.spent.length > 0 && { spent: memory.spent }),
  };
}

/** A group in which a task is created that is there already is refused whole. */
function refuseTwice({ tasks }: Memory, facts: readonly Fact[]): void {
  const ids = new Set(tasks.keys());
  const ns = new Set([...tasks.values()].map(({ n }) => n));
  for (const fact of facts) {
    if (fact.type !== 'created') continue;
    if (ids.has(fact.id) || ns.has(fact.n)) throw new InvalidArgumentError(`The task ${fact.id} (${fact.n}) is in the store already.`);
    ids.add(fact.id);
    ns.add(fact.n);
  }
}

function keep(memory: Memory, fact: Fact): void {
  const change = (id: TaskId, how: (task: KeptTask) => KeptTask): void => {
    const task = memory.tasks.get(id);
    if (task !== undefined) memory.tasks.set(id, how(task));
  };
  switch (fact.type) {
    case 'begun':
      memory.seed ??= fact.seed;
      break;
    case 'created': {
      const { type, ...opening } = fact;
      const isRunning = fact.startedAt !== undefined;
      memory.tasks.set(fact.id, {
        ...opening, state: isRunning ? 'running' : 'queued', attempt: 1, tries: isRunning ? 1 : 0, letters: [], log: NO_LOG,
      });
      memory.evicted = memory.evicted.filter(({ id }) => id !== fact.id);
      memory.lastN = Math.max(memory.lastN, fact.n);
      break;
    }
    case 'started':
      change(fact.id, (task) => (task.ended !== undefined ? task : {
        ...task, state: 'running', startedAt: task.startedAt ?? fact.at, attempt: fact.attempt, tries: fact.tries,
      }));
      break;
    case 'attempted':
      change(fact.id, (task) => (task.ended !== undefined ? task : { ...task, attempt: fact.attempt }));
      break;
    case 'steered':
      change(fact.taskId, (task) => ({ ...task, letters: withLetter(task.letters, fact) }));
      break;
    case 'asked':
    case 'answered':
    case 'read':
      change(fact.id, (task) => (task.ended !== undefined ? task : withQuestions(task, withQuestion(task.questions ?? [], fact))));
      if (fact.type === 'read') untell(memory, [], [fact.questionId]);
      break;
    case 'saved':
      change(fact.id, (task) => withQuestions({ ...task, saved: fact.checkpoint }, openOf(task.questions ?? [])));
      break;
    case 'ended': {
      const { type, id, attempt, log, activeAt, usage, ...ended } = fact;
      change(id, (task) => (task.ended !== undefined ? task : {
        ...withQuestions(task, []), state: 'ended', attempt, log, activeAt, ended, ...(usage !== undefined && { usage }),
      }));
      memory.lastOrder = Math.max(memory.lastOrder, fact.order);
      break;
    }
    case 'told': {
      const { type, ...telling } = fact;
      const known = memory.told.some((one) => isSame(one, telling));
      memory.told = (known ? memory.told.map((one) => (isSame(one, telling) ? telling : one)) : [...memory.told, telling]).filter(isLeft);
      break;
    }
    case 'heard':
      for (const id of fact.ids) {
        change(id, (task) => (task.ended === undefined ? task : { ...task, ended: { ...task.ended, heard: true } }));
      }
      untell(memory, fact.ids);
      break;
    case 'evicted':
      evict(memory, fact.ids);
      break;
    case 'closed':
      for (const id of fact.ids) {
        change(id, (task) => ({ ...task, parentIds: task.parentIds.filter((each) => !isWithin(each, fact.scope)) }));
      }
      untell(memory, fact.ids);
      memory.spent = memory.spent.filter(({ place }) => !isWithin(place, fact.scope));
      break;
    case 'spent': {
      const { place, usage } = fact;
      memory.spent = [...memory.spent.filter((one) => one.place !== place), { place, usage }].slice(-REMEMBERED);
      break;
    }
    case 'paused':
      memory.paused = fact.paused;
      break;
    case 'suspended':
      for (const id of fact.ids) change(id, (task) => (task.ended === undefined ? { ...task, tries: 0 } : task));
      break;
  }
}

/** A task that asks nothing has none. */
function withQuestions({ questions: before, ...task }: KeptTask, questions: readonly KeptQuestion[]): KeptTask {
  return questions.length === 0 ? task : { ...task, questions };
}

function print(memory: Memory, id: TaskId, page: Page): void {
  const task = memory.tasks.get(id);
  if (task === undefined || task.ended !== undefined) return;
  memory.tasks.set(id, {
    ...task, log: withPage(task.log, page), activeAt: page.activeAt, ...(page.usage !== undefined && { usage: page.usage }),
  });
}

/** Forgets ended tasks; those that live are kept, whatever is said. */
function evict(memory: Memory, ids: readonly TaskId[]): void {
  const ended = [...new Set(ids)].flatMap((id) => memory.tasks.get(id) ?? []).filter((task) => task.ended !== undefined);
  for (const { id } of ended) memory.tasks.delete(id);
  memory.evicted = [...memory.evicted, ...ended.map(({ id, parentIds }) => ({ id, parentIds }))].slice(-REMEMBERED);
  untell(memory, ended.map(({ id }) => id));
}

function untell(memory: Memory, ids: readonly TaskId[], questions: readonly string[] = []): void {
  memory.told = toldOf(memory.told, without(ids), without(questions));
}

const without = (some: readonly string[]): (id: string) => boolean => {
  const those = new Set(some);
  return (id) => !those.has(id);
};

const isSame = (one: KeptTelling, other: KeptTelling): boolean => one.kind === other.kind && one.mark === other.mark;
