import { SidestreamError } from '../../../core/errors.js';
import { StoreDamagedError, StoreUnavailableError } from '../../../core/storeErrors.js';

/** What a driver calls the result codes that are told apart here. */
const NAMES: Readonly<Record<string, number>> = {
  BUSY: 5, LOCKED: 6, READONLY: 8, IOERR: 10, CORRUPT: 11, FULL: 13, CANTOPEN: 14, NOTADB: 26,
};

/** The primary result code of SQLite that an error stands for, if any. */
export function codeOf(error: unknown): number | undefined {
  const { errcode, rawCode, code, message } = Object(error) as {
    readonly errcode?: unknown; readonly rawCode?: unknown; readonly code?: unknown; readonly message?: unknown;
  };
  for (const number of [errcode, rawCode]) if (typeof number === 'number') return number & 0xff;
  const name = /^SQLITE_([A-Z]+)/.exec(String(code))?.[1];
  if (name !== undefined) return NAMES[name];
  // libsql tells of a file that it cannot open in words alone.
  const opening = /ConnectionFailed\(.*: (\d+)"\)/.exec(String(message))?.[1];
  return opening === undefined ? undefined : Number(opening) & 0xff;
}

export const isBusy = (error: unknown): boolean => [NAMES['BUSY'], NAMES['LOCKED']].includes(codeOf(error));

/** A part of the file does not say what was written into it. */
export class Damage extends Error { override readonly name = 'Damage'; }

/** A driver that meets a number which no JavaScript has read one that was never written. */
export const isDamage = (error: unknown): boolean => error instanceof Damage
  || [NAMES['CORRUPT'], NAMES['NOTADB']].includes(codeOf(error)) || (Object(error) as { code?: unknown }).code === 'ERR_OUT_OF_RANGE';

const WHY: Readonly<Record<number, string>> = {
  5: 'another program holds it locked', 6: 'another program holds it locked',
  8: 'it cannot be written: make the file and its directory writable',
  10: 'the disk did not do what was asked (an I/O error, or a limit on the size of files)',
  13: 'the disk is full: make room',
  14: 'it cannot be opened: see that its directory is there, and that both may be read and written',
};

/** What an error of a driver means for a session, in one sentence. */
export function troubleOf(error: unknown, name: string): SidestreamError {
  if (error instanceof SidestreamError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (isDamage(error)) {
    return new StoreDamagedError(
      `${name} is damaged (${said}). Put a copy that is whole in its place, or move it away to begin anew.`, { cause: error },
    );
  }
  const why = WHY[codeOf(error) ?? 0] ?? said;
  return new StoreUnavailableError(`Nothing can be kept in ${name} now: ${why}.`, { cause: error });
}
