import { isOutcome } from '../../events.js';
import type { KeptLine, KeptLog } from '../../store.js';
import { TaskLog } from '../log/taskLog.js';
import { Window } from '../log/window.js';
import type { TaskRecord } from '../task/taskRecord.js';

/** The last `fresh` lines of a task, as they are kept. */
export function linesOf({ window, owner }: TaskRecord, fresh: number): readonly KeptLine[] {
  if (window === undefined || fresh <= 0) return [];
  const delays: number[] = [];
  const texts = window.tail(fresh, delays);
  const first = window.count - texts.length;
  return texts.map((text, n): KeptLine => {
    const at = owner.clock.began + delays[n]!;
    const cut = window.cutOf(first + n);
    return cut === undefined ? [text, at] : [text, at, cut];
  });
}

/** What of a task's log is kept at its end: all but its openings, which follow from the task, and the outcome. */
export function keptLog(task: TaskRecord): KeptLog {
  const { ownLog, window, openings } = task;
  const all = (ownLog?.others ?? openings).filter((event) => !isOutcome(event));
  const gone = ownLog?.gone ?? 0;
  return {
    lines: linesOf(task, window?.size ?? 0),
    count: window?.count ?? 0,
    others: gone === 0 ? all.slice(openings.length) : all,
    gone,
  };
}

/** Gives a task of an earlier life its log back. */
export function restoreLog(task: TaskRecord, { lines, count, others, gone }: KeptLog, attempt: number): void {
  const log = logWith(task, lines, count, attempt);
  log.others = gone === 0 ? [...task.openings, ...others] : [...others];
  log.gone = gone;
}

/**
 * Gives a task that goes on its lines back. What else was said of it is not known any more, so its events begin anew, and at a place where
 * none has been.
 *
 * @param epoch - of this life: one may end without a further attempt
 */
export function renewLog(task: TaskRecord, { lines, count }: KeptLog, attempt: number, epoch: number): void {
  const log = logWith(task, lines, count, attempt);
  log.gone = SEQS_OF_A_LIFE * epoch;
  const opening = task.openings.at(-1);
  log.others = opening === undefined ? [] : [{ ...opening, seq: log.gone, attempt }];
}

/** More events than a task has in one life of its session. */
const SEQS_OF_A_LIFE = 1_000_000;

function logWith(task: TaskRecord, lines: readonly KeptLine[], count: number, attempt: number): TaskLog {
  const { owner, form: { windowLines } } = task;
  const kept = lines.slice(-windowLines);
  const log = task.ownLog = new TaskLog(task, owner.dispatcher, windowLines, task.openings.length);
  const window = log.window = new Window(windowLines, count - kept.length);
  for (const [text, at, cut] of kept) window.push(text, at - owner.clock.began, cut);
  log.attempt = attempt;
  return log;
}

