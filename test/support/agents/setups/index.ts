import type { RealAgent } from '../realAgent.js';
import { claudeCode } from './claudeCode.js';
import { codex } from './codex.js';
import { codexByZed } from './codexByZed.js';
import { geminiCli } from './geminiCli.js';
import { opencode } from './opencode.js';
import { qwenCode } from './qwenCode.js';

/** The agents of the matrix, in the order of its columns. */
export const agents: readonly RealAgent[] = [opencode, geminiCli, qwenCode, claudeCode, codex, codexByZed];
