import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Source } from '../config/readSource.js';
import { CliError } from '../cliError.js';
import { systemReason } from '../systemReason.js';

/** Where it is noted: `$XDG_STATE_HOME/sidestream/trusted.json`, by default below `~/.local/state`. */
export function trustFile(): string {
  const state = process.env['XDG_STATE_HOME'] ?? '';
  // One that is relative means nothing: else the working directory would say whom to trust.
  return join(isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'sidestream', 'trusted.json');
}

/** Whether a config was trusted as it stands: by where it is, and what is in it. */
export const isTrusted = async ({ realPath, hash }: Source): Promise<boolean> => (await read()).get(realPath) === hash;

/** Notes that a config is trusted as it stands, or is trusted no more. */
export async function setTrust({ realPath, hash }: Source, isToBe: boolean): Promise<void> {
  const trusted = new Map(await read());
  if (isToBe) trusted.set(realPath, hash);
  else trusted.delete(realPath);
  const file = trustFile();
  const next = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(next, `${JSON.stringify(Object.fromEntries(trusted), undefined, 2)}\n`, { mode: 0o600 });
    await rename(next, file);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${systemReason(error)}. Name the config by --config instead.`);
  }
}

/** What cannot be read trusts nobody. */
async function read(): Promise<ReadonlyMap<string, string>> {
  try {
    const noted = Object(JSON.parse(await readFile(trustFile(), 'utf8'))) as Record<string, unknown>;
    return new Map(Object.entries(noted).map(([path, hash]) => [path, String(hash)]));
  } catch {
    return new Map();
  }
}
