import { CapacityError, SidestreamError } from '../../core/errors.js';
import type { Task } from '../../core/task.js';
import { cleanText } from './text/cleanText.js';
import type { ToolAnswer } from '../tool.js';

/** An error as an answer; of a task that is there, with its id and its status. */
export function refusalOf(error: unknown, task?: Task): ToolAnswer {
  const which = task === undefined ? {} : { task_id: task.id, status: task.status };
  if (!(error instanceof SidestreamError)) {
    return { ok: false, error: 'The tool itself failed, and not because of its input. Go on without it.', code: 'invalid_argument' };
  }
  const limits = error instanceof CapacityError ? { count: error.count, limit: error.limit } : {};
  return { ok: false, error: cleanText(error.message), code: error.code, ...which, ...limits };
}
