import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { tailOf } from '../core/tailOf.js';
import type { Launch } from './launch.js';

/** Characters kept of a report, from its end. */
const TAIL = 4_096;

/** What a program reports on its descriptor 5; its descriptor 4 is fed. */
export interface Report {
  /** Settles when all of it has been read. */
  readonly read: Promise<void>;
  text(): string;
  hold(isHeld: boolean): void;
}

/** Feeds a program what its launch has for it to read, and reads what it reports. */
export function reportOf({ reads, reports }: Launch, { stdio }: ChildProcess): Report {
  const [, , , , feed, told] = stdio as readonly (Socket | null | undefined)[];
  if (reads !== undefined) feed?.on('error', () => undefined).end(reads);
  if (reports !== true || told == null) return { read: Promise.resolve(), text: () => '', hold: () => undefined };
  let said = '';
  told.setEncoding('utf8').on('error', () => undefined).on('data', (chunk: string) => { said = tailOf(said + chunk, TAIL); });
  return {
    read: new Promise((resolve) => { told.once('close', resolve); }),
    text: () => said,
    hold: (isHeld) => { if (isHeld) told.ref(); else told.unref(); },
  };
}
