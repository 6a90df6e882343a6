import { tailOf } from '../../core/tailOf.js';
import { withoutSecrets } from '../../core/withoutSecrets.js';
import { describeExit, type Exit } from '../../processes/exit.js';

/** A program ended without success. What it wrote to stderr last is in the message, and whole in `stderr`. */
export class CommandError extends Error {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;

  /** @param known - secrets that must not stand in the message */
  constructor(file: string, exit: Exit, readonly stderr: string, known: readonly string[] = []) {
    super([`\`${file}\` ${describeExit(exit)}`, lastLines(stderr, known)].filter((part) => part !== '').join(': '));
    this.name = 'CommandError';
    this.exitCode = exit.code;
    this.signal = exit.signal;
  }
}

/** As much as helps and can be read. */
const lastLines = (stderr: string, known: readonly string[]): string =>
  tailOf(withoutSecrets(stderr.trim(), known).split('\n').slice(-8).join('\n'), 1_500);
