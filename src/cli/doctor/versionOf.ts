import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { presets } from '../../agents/acp/presets.js';
import { findProgram } from '../../processes/findProgram.js';

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

/** What is to be said of a version: whether it is newer, or older, than the one that was tried. */
export function versionNote(preset: keyof typeof presets, version: string): string | undefined {
  const { seen } = presets[preset];
  if (seen === version) return undefined;
  const isNewer = version.localeCompare(seen, 'en', { numeric: true }) > 0;
  const tried = `the one that was tried, ${seen}`;
  return isNewer ? `version ${version} is newer than ${tried}` : `version ${version} is older than ${tried}: an update may help`;
}
