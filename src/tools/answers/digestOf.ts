import type { Task } from '../../core/task.js';
import { completionOf, type Completion } from './completion.js';
import { headOf } from '../../core/cutText.js';

/** Of a budget, what the lines about each may take where they do not all fit; the rest is for details. */
const LINES = 0.6;
/** Characters of a text of one of many, and of a goal in a mere line. */
const LEAST = 200;
const GOAL = 60;

/** As much of what has ended as fits, and how many are not in it. */
export interface Digest {
  readonly completions: readonly Completion[];
  readonly more: number;
}

/** How much is told. */
export interface DigestOptions {
  /** Characters of the summary, error or reason of one. */
  readonly maxText: number;
  /** Characters of all, as JSON; only one that is by itself may be longer. */
  readonly budget: number;
}

/**
 * What to tell of tasks that have ended, within a budget: all of it where that fits. Else their texts are cut to an even share; where that
 * does not fit either, each has a line as long as there is room, and the first of them have their texts. The failed are the first.
 */
export function digestOf(tasks: readonly Task[], { maxText, budget }: DigestOptions): Digest {
  const whole = failedFirst(tasks.map((task) => completionOf(task, maxText)));
  if (tasks.length <= 1 || sizeOfAll(whole) <= budget) return { completions: whole, more: 0 };
  const share = Math.max(LEAST, Math.floor(budget / tasks.length) - LEAST);
  const cut = failedFirst(tasks.map((task) => completionOf(task, Math.min(maxText, share))));
  if (sizeOfAll(cut) <= budget) return { completions: cut, more: 0 };
  const all = cut.map(lineOf);
  const kept = sizeOfAll(all) <= budget ? 0 : budget * (1 - LINES);
  const lines: Completion[] = [];
  let left = budget;
  for (const line of all) {
    if (lines.length > 0 && left - sizeOf(line) < kept) break;
    lines.push(line);
    left -= sizeOf(line);
  }
  const completions = lines.map((line, n) => {
    const detailed = cut[n]!;
    const cost = sizeOf(detailed) - sizeOf(line);
    if (cost > left) return line;
    left -= cost;
    return detailed;
  });
  return { completions, more: tasks.length - lines.length };
}

const failedFirst = (all: readonly Completion[]): readonly Completion[] =>
  [...all.filter(({ status }) => status === 'failed'), ...all.filter(({ status }) => status !== 'failed')];

const sizeOf = (completion: Completion): number => JSON.stringify(completion).length + 1;

const sizeOfAll = (all: readonly Completion[]): number => all.reduce((sum, one) => sum + sizeOf(one), 0);

function lineOf({ task_id, agent, goal, status, elapsed, code }: Completion): Completion {
  const short = goal.length > GOAL ? `${headOf(goal, GOAL - 1)}…` : goal;
  return { task_id, agent, goal: short, status, elapsed, ...code === undefined ? {} : { code }, truncated: true };
}
