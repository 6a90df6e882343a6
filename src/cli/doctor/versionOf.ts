import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { presets } from '../../agents/acp/presets.js';
import { findProgram } from '../../processes/findProgram.js';

/** The versions of the known agents with which all was tried, newest last. */
const SEEN: Readonly<Record<keyof typeof presets, readonly string[]>> = {
  opencode: ['1.18.33'], geminiCli: ['0.61.0'], qwenCode: ['0.15.10', '0.24.4'], claudeCode: ['0.49.0', '0.101.0'], codex: ['2.6.0'],
  codexByZed: ['0.16.0'],
};

/** The version of the package that a program belongs to, without running it. */
export async function versionOf(command: string, cwd: string): Promise<string | undefined> {
  const { at } = findProgram(command, cwd, process.env['PATH']);
  if (at === undefined) return undefined;
  for (let directory = dirname(await realpath(at)); ; directory = dirname(directory)) {
    try {
      const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
      if (typeof name === 'string' && typeof version === 'string') return version;
    } catch {
      // There is none here.
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/** What is to be said of a version: whether it is newer, or older, than what was tried. */
export function versionNote(preset: keyof typeof presets, version: string): string | undefined {
  const seen = SEEN[preset];
  if (seen.includes(version)) return undefined;
  const last = seen.at(-1)!;
  const isNewer = version.localeCompare(last, 'en', { numeric: true }) > 0;
  const tried = `those that were tried (${seen.join(', ')})`;
  return isNewer ? `version ${version} is newer than ${tried}` : `version ${version} is not among ${tried}: an update may help`;
}
