import type { ToolName } from '../../tools/tool.js';
import type { ToolAnnotations } from './sdk.js';

/** What a host may know of a tool beforehand, for it to ask its user or not, and to call several at a time. */
const LOOKS: ToolAnnotations = { readOnlyHint: true, openWorldHint: false };
const KNOWN: Partial<Record<ToolName, ToolAnnotations>> = {
  check_task: LOOKS,
  collect_task: LOOKS,
  list_tasks: LOOKS,
  steer_task: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  answer_task: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  // It only looks, unless it is to cancel the rest.
  wait_for_tasks: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  cancel_task: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
};

/** The annotations of a tool; what an agent does that is started is not known here, so nothing is said of that. */
export const annotationsOf = (name: string): { readonly annotations?: ToolAnnotations } => {
  const annotations = (KNOWN as Readonly<Record<string, ToolAnnotations>>)[name];
  return annotations === undefined ? {} : { annotations };
};
