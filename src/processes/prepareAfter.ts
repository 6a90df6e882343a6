import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fromEvent, lastValueFrom, merge, take, takeUntil, timer } from 'rxjs';
import type { Launch } from './launch.js';
import { marks } from './family/marks.js';
import { notStarted } from './refusals/notStarted.js';

/** Milliseconds that it is waited for. */
const PATIENCE = 10_000;

const WAIT = `trap "" HUP INT QUIT TERM; ${marks.set}; shift; read -r _; exec "$@"`;

/**
 * Readies what is to be run after a program: a shell that waits for the end of its input, which comes by a call of what this answers with,
 * or by the death of this process.
 */
export function prepareAfter(launch: Launch): (() => Promise<void>) | undefined {
  const { after, env } = launch;
  if (after === undefined) return undefined;
  const waiting = spawn('/bin/sh', ['-c', WAIT, 'sidestream-after', marks.guard(), ...after], {
    detached: true, cwd: '/', env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'],
  });
  waiting.on('error', () => undefined);
  if ((waiting.stdin as Writable | undefined) === undefined) throw notStarted(launch, { code: 'EMFILE' });
  waiting.stdin.on('error', () => undefined);
  waiting.unref();
  (waiting.stdin as unknown as { unref(): void }).unref();
  const over = lastValueFrom(merge(fromEvent(waiting, 'exit'), fromEvent(waiting, 'error')).pipe(take(1)), { defaultValue: undefined });
  return async () => {
    waiting.stdin.end();
    await lastValueFrom(timer(PATIENCE).pipe(takeUntil(over)), { defaultValue: undefined });
  };
}
