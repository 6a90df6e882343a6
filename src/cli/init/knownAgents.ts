import { realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { presets } from '../../agents/acp/presets.js';
import { findProgram } from '../../processes/findProgram.js';

/** A known agent of this machine. */
export interface KnownAgent {
  readonly preset: keyof typeof presets;
  /** Its program, where the `PATH` does not lead to it. */
  readonly command?: string;
  /** Where its program is. */
  readonly at: string;
}

/** Both bridges to Codex are called alike; their packages are not. */
const ZED = /@zed-industries/;

/** What agents are called beside the names of their presets. */
export const ALIASES: Readonly<Record<string, keyof typeof presets>> = { gemini: 'geminiCli', qwen: 'qwenCode', claude: 'claudeCode' };

/** Where packages of a project put their programs: in its directory, and in those above. */
export function binariesAbove(directory: string): readonly string[] {
  const above = dirname(directory);
  return [join(directory, 'node_modules', '.bin'), ...above === directory ? [] : binariesAbove(above)];
}

/** The known agents that are installed: on the `PATH`, or in a project's `node_modules`. */
export function knownAgents(directory: string, path = process.env['PATH'] ?? ''): readonly KnownAgent[] {
  const own = binariesAbove(directory);
  // npx puts those of the project on the PATH, where a host that starts this later has them not.
  const common = path.split(delimiter).filter((entry) => !own.includes(entry) && !entry.includes('/node_modules/')).join(delimiter);
  return (Object.keys(presets) as (keyof typeof presets)[]).flatMap((preset) => {
    const { command } = presets[preset];
    const everywhere = findProgram(command, directory, common).at;
    const at = everywhere ?? findProgram(command, directory, own.join(delimiter)).at;
    if (at === undefined || (command === 'codex-acp' && ZED.test(realpathSync(at)) !== (preset === 'codexByZed'))) return [];
    return [everywhere === undefined ? { preset, command: at, at } : { preset, at }];
  });
}
