import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CliError } from '../cliError.js';
import { configSchema, type Config } from './configSchema.js';
import { problemsOf } from './problemsOf.js';
import { withoutComments } from './withoutComments.js';

/** A config that was read, and the directory that its paths are relative to. */
export type LoadedConfig = Config & { readonly directory: string };

/** Reads and checks a config; whatever is wrong with it is said at once. */
export async function readConfig(file: string): Promise<LoadedConfig> {
  const path = resolve(file);
  const read = configSchema.safeParse(withoutComments(parse(path, await load(path))), { reportInput: true });
  if (!read.success) throw new CliError(`${path} is not right:\n${problemsOf(read.error).map((problem) => `  ${problem}`).join('\n')}`);
  return { ...read.data, directory: dirname(path) };
}

async function load(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CliError(`There is no ${path}. Write a start of one: npx sidestream init`);
    throw new CliError(`${path} cannot be read: ${message}`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const { message } = error as Error;
    const before = text.slice(0, Number(/position (\d+)/.exec(message)?.[1] ?? 0)).split('\n');
    const advice = /^\s*(\/\/|\/\*)/m.test(text) ? ' Comments are fields whose names begin with //, such as "//": "…".' : '';
    throw new CliError(`${path}:${before.length}:${before.at(-1)!.length + 1} is no JSON: ${message}.${advice}`);
  }
}
