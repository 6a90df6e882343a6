import { closeSync, openSync, readSync } from 'node:fs';
import type { NotStartedError } from '../../core/errors.js';
import { findProgram } from '../findProgram.js';
import type { Launch } from '../launch.js';
import { notStarted } from './notStarted.js';

/** Bytes of a file in which the system looks for what it is. */
const HEAD = 256;

/**
 * Why the system did not start a program that was there, with what to do about it.
 *
 * @param words - what the shell said that was to become the program
 */
export function refusedBySystem(launch: Launch, words: string): NotStartedError {
  const { file, cwd, env } = launch;
  const { at, problem } = findProgram(file, cwd, env['PATH']);
  if (at === undefined) return notStarted(launch, { code: problem });
  return /too long/i.test(words) ? notStarted(launch, { code: 'E2BIG' }) : notStarted(launch, { reason: reasonOf(at) });

  function reasonOf(place: string): string {
    const head = headOf(place);
    const script = /^#![ \t]*([^ \t\n]*)(.*)/.exec(head);
    if (script !== null) return interpreterProblem(script[1]!, script[2]!) ?? refused();
    if (/format/i.test(words)) {
      return 'it is no program for this system. Give one that was built for it, or a script whose first line names its interpreter.';
    }
    if (/busy/i.test(words)) return 'it is open for writing. Try again when that is done.';
    if (head.startsWith('\x7fELF') && /not found|no such file/i.test(words)) {
      return 'it is there, but the loader that it was built for is not. Give one that was built for this system.';
    }
    return refused();
  }

  function interpreterProblem(name: string, rest: string): string | undefined {
    if (name.endsWith('\r') || rest.endsWith('\r')) {
      return 'its first line ends in a carriage return, which the system takes for a part of it. Save it with Unix line ends.';
    }
    // It is never looked for on the PATH.
    const found = findProgram(name.includes('/') ? name : `./${name}`, cwd);
    if (found.at !== undefined) return undefined;
    return found.problem === 'ENOENT'
      ? `its interpreter ${name} is not there. Install it, or correct the first line of the script.`
      : `its interpreter ${name} may not be executed. Correct the first line of the script.`;
  }

  function refused(): string {
    return `the system refused it (${words.trim().split('\n').at(-1)?.split(': ').at(-1) ?? ''}).`;
  }
}

/** Nothing of what may be executed and not be read. */
function headOf(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const head = Buffer.alloc(HEAD);
    return head.toString('latin1', 0, readSync(file, head, 0, HEAD, 0));
  } catch {
    return '';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
