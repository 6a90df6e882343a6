import { BudgetExceededError } from '../../errors.js';
import type { TaskId } from '../../events.js';
import { scopeName } from '../../scopeId.js';
import { failureOf } from '../failure/failureOf.js';
import { EXHAUSTED, NEAR, OVER, Spent, spentOf, type Amount } from '../limits/spent.js';
import type { ScopeNode } from '../task/scopeNode.js';
import { steer } from '../task/steer.js';
import { TaskRecord } from '../task/taskRecord.js';

/** The session whose tasks spend. */
interface Spenders {
  readonly records: ReadonlyMap<TaskId, TaskRecord>;
  readonly journal?: { printed(task: TaskRecord): void };
  endAll(below: ScopeNode, decide: (task: TaskRecord, ended: TaskRecord[], ids: TaskId[]) => void): unknown;
}

/** Counts what was spent below a place, in all places above; ends all below one that is over its budget, and warns of one that soon is. */
export function spend(core: Spenders, below: ScopeNode, amount: Amount): void {
  let over: ScopeNode | undefined;
  const near: ScopeNode[] = [];
  for (const node of below.path) {
    const spent = node.spent ??= new Spent();
    spent.add(amount);
    if (node instanceof TaskRecord) core.journal?.printed(node);
    if (node.budget === undefined) continue;
    if (spentOf(node, OVER) !== undefined) {
      over = node;
      // What is below it ends with it.
      near.length = 0;
    } else if (spent.isWarned !== true && spentOf(node, NEAR) !== undefined) {
      near.push(node);
    }
  }
  if (over !== undefined) end(core, over);
  for (const node of near) node.spent!.isWarned = true;
  for (const node of near) {
    const words = `${wordsOf(node, NEAR)!}; over that it ends as budget_exceeded.`;
    for (const task of [...core.records.values()].filter((one) => isTop(one, node))) {
      warn(task, 'budget', words, task.wrapUp?.message ?? `${words} Wrap up: finish what is at hand, and answer with what there is.`);
    }
  }
}

function end(core: Spenders, over: ScopeNode): void {
  const error = failureOf(new BudgetExceededError(`${wordsOf(over, OVER)!}.`));
  core.endAll(over, (task, ended, ids) => {
    task.decide({ ending: { type: 'failed', error }, cause: undefined, stops: true }, ended, ids);
  });
}

/** Says that a task is near a limit, and steers it, unless it is deaf or its mailbox is full. */
export function warn(task: TaskRecord, code: 'idle' | 'deadline' | 'budget', message: string, told?: string): void {
  if (task.isEnded) return;
  task.warn(code, message);
  if (told === undefined) return;
  let id = 'wrap-up';
  for (let n = 2; task.mailbox?.known(id) !== undefined; n++) id = `wrap-up-${n}`;
  steer(task, told, { id });
}

/** @throws BudgetExceededError where nothing is left to do anything with */
export function refuseSpent(place: ScopeNode): void {
  for (let node: ScopeNode | undefined = place; node !== undefined; node = node.above) {
    const words = node.budget && wordsOf(node, EXHAUSTED);
    if (words !== undefined) throw new BudgetExceededError(`${words}. Nothing more can be started; go on with what there is.`);
  }
}

/** Whether a task lives, and is a place or stands for all that lives below it there. */
function isTop(task: TaskRecord, place: ScopeNode): boolean {
  const { path } = task;
  const living = path.slice(0, path.indexOf(place) + 1).filter((node) => node instanceof TaskRecord && !node.isEnded);
  return !task.isEnded && living.length === 1;
}

function wordsOf(place: ScopeNode, is: typeof OVER): string | undefined {
  const words = spentOf(place, is);
  const { id } = place;
  const who = id === undefined ? 'The session' : place instanceof TaskRecord ? `Task ${id}` : `The scope ${scopeName(id)}`;
  return words && `${who} ${words}`;
}
