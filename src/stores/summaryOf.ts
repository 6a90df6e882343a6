import { headOf } from '../core/cutText.js';
import type { KeptTask, TaskSummary } from '../core/store.js';

/** So much of a goal is shown in a list. */
const SHOWN = 500;

/** What a list shows of a goal. */
export const shownGoal = ({ goal }: KeptTask['brief']): string => (typeof goal === 'string' ? headOf(goal, SHOWN) : '');

/** What a list shows of a task. */
export function summaryOf(task: KeptTask): TaskSummary {
  const { id, n, agent, parentIds, state, createdAt, startedAt, attempt, ended } = task;
  return {
    id, n, agent, parentIds, state, createdAt, attempt,
    ...(startedAt !== undefined && { startedAt }),
    goal: shownGoal(task.brief),
    status: ended === undefined ? state as 'queued' | 'running' : ended.ending.type,
    ...(ended !== undefined && { endedAt: ended.at, heard: ended.heard }),
  };
}
