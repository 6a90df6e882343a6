import type { ToolName } from './tool.js';

const NAMES: Readonly<Record<ToolName, true>> = {
  delegate_task_async: true,
  check_task: true,
  collect_task: true,
  steer_task: true,
  answer_task: true,
  cancel_task: true,
  list_tasks: true,
  delegate_task: true,
  wait_for_tasks: true,
};

/** The names of all tools of a toolset; the compiler sees to it that none is missing. */
export const TOOL_NAMES = Object.keys(NAMES) as readonly ToolName[];
