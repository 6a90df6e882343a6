import type { ToolName } from '../../tools/tool.js';

/** By their names, so that one that is new is not left out. */
const NAMES: Readonly<Record<ToolName, true>> = {
  delegate_task_async: true, check_task: true, collect_task: true, wait_for_tasks: true, steer_task: true, answer_task: true,
  cancel_task: true, list_tasks: true, delegate_task: true,
};

/** The names by which Claude knows the tools of a server, for `allowedTools`: what starts agents, too, is then not asked about. */
export const toolNames = ({ name }: { readonly name: string }): string[] => Object.keys(NAMES).map((tool) => `mcp__${name}__${tool}`);
