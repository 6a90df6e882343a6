import type { Mode } from './modesIn.js';

/**
 * What agents call the modes in which they, or a model of theirs, decide what may be done: `auto`, `auto-edit`, `yolo`, `acceptEdits`,
 * `bypassPermissions`, `dontAsk`, `workspace-write`, `agent-full-access`, what its own name calls dangerous or without prompts, and `agent`
 * where it is named "Auto review".
 */
const NAMES: readonly RegExp[] = [
  /^auto(pilot|[ _-]?(edit|review|approve|accept)\w*)?$/i, /^yolo$/i, /^bypass/i, /^accept[ _-]?(edits?|all)$/i, /^don'?t[ _-]?ask$/i,
  /^workspace[ _-]write$/i, /full[ _-]?access$/i, /\bdangerous/i, /\b(unattended|unrestricted)\b/i,
  /\b(skip|no|without|never)[ _-]?(permission|prompt|approval|confirm|ask)/i,
];

/** Whether a mode is known as one in which an agent acts without asking. */
export const actsUnasked = ({ id, name }: Mode): boolean => NAMES.some((each) => each.test(id) || each.test(name));
