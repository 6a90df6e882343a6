import type { RealHost } from '../realHost.js';
import { claudeCode } from './claudeCode.js';
import { codexCli } from './codexCli.js';
import { geminiCli } from './geminiCli.js';
import { opencode } from './opencode.js';
import { qwenCode } from './qwenCode.js';

/** The hosts of the matrix that have a model, in the order of its columns. */
export const hosts: readonly RealHost[] = [opencode, geminiCli, qwenCode, claudeCode, codexCli];
