import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from './results.js';

/** A package that is installed into a folder named for its id, and what of it is run. */
export interface Installed {
  readonly id: string;
  readonly name: string;
  /** The package, and the version that was seen to do what the docs say. */
  readonly package: string;
  readonly seen: string;
  /** What is run, within that folder: a script of Node's, or the first of these programs that is there. */
  readonly script?: string;
  readonly programs?: readonly string[];
  /** The package's own script, where it must be run once and npm runs none. */
  readonly postinstall?: string;
  /** @defaultValue the Node that runs the specs */
  readonly node?: 22;
}

/** Where the Node is that a package needs. */
export const nodeOf = (directory: string, { node }: Pick<Installed, 'node'>): string =>
  node === 22 ? join(directory, 'node-22/node_modules/node/bin/node') : process.execPath;

/** The program, and what it is called with first of all. */
export function programOf(directory: string, installed: Installed): readonly [string, ...string[]] {
  const { id, script, programs = [] } = installed;
  const folder = join(directory, id);
  if (script !== undefined) return [nodeOf(directory, installed), join(folder, script)];
  const found = programs.map((each) => join(folder, each)).find((each) => existsSync(each));
  if (found === undefined) throw new Error(`None of these is in ${folder}: ${programs.join(', ')}.`);
  return [found];
}

/** What stands over a column: the version that is there, and the Node that runs it. */
export async function subjectOf(directory: string, installed: Installed): Promise<Subject> {
  const { id, name, package: from, script, node } = installed;
  const versionOf = async (...path: readonly string[]): Promise<string> =>
    (JSON.parse(await readFile(join(directory, ...path, 'package.json'), 'utf8')) as { version: string }).version;
  const version = await versionOf(id, 'node_modules', from);
  if (script === undefined) return { id, name, package: from, version };
  return { id, name, package: from, version, node: node === 22 ? await versionOf('node-22/node_modules/node') : process.versions.node };
}
