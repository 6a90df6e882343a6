import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, ReplaySubject, takeUntil, timer, type Observable } from 'rxjs';
import { NotStartedError } from '../../core/errors.js';
import type { Exit } from './exit.js';
import { groupIsAlive, signalGroup } from './groupIsAlive.js';
import type { Launch } from './launch.js';
import { notStarted } from './notStarted.js';
import { prepareAfter } from './prepareAfter.js';
import { guard } from './watchdog.js';

/** Characters kept of what a program wrote to stderr last. */
const TAIL = 4_096;

/** A program that was started in a process group of its own. */
export interface RunningProcess {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  /** Decoded as UTF-8, whatever way it is cut. */
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** How the program ended, then complete; an error where it did not even start. Replayed. */
  readonly exit: Observable<Exit>;
  /** Settles when nothing of the process group is left; never rejects. */
  readonly gone: Promise<void>;
  /** The last that it wrote to stderr. */
  stderrTail(): string;
  /** Whether it keeps this process from ending, as it does at first. */
  ref(): void;
  unref(): void;
  /** Ends what is left of the group: TERM, and after the grace KILL. May be called at any time, and twice. */
  stop(): Promise<void>;
}

/**
 * Starts a program without a shell, in a process group of its own, with a watchdog that ends the group if this process dies.
 *
 * @param grace - milliseconds between TERM and KILL
 */
export function startProcess(launch: Launch, grace: number): RunningProcess {
  const exit = new ReplaySubject<Exit>(1);
  const child = spawnInGroup(launch);
  const { pid, stdin, stdout, stderr } = child;
  const runAfter = pid === undefined ? undefined : prepareAfter(launch);
  const unguard = pid === undefined ? () => undefined : guard(pid);
  let tail = '';
  let ended = pid === undefined;
  let stopping: Promise<void> | undefined;
  let isGone!: () => void;
  const gone = new Promise<void>((resolve) => { isGone = resolve; });

  // A program that reads nothing, or ends early, breaks the pipe: no news, its exit is.
  stdin.on('error', () => undefined);
  stdout.on('error', () => undefined).setEncoding('utf8');
  // Always read, so that a program that complains a lot never waits for a reader.
  stderr.on('error', () => undefined).setEncoding('utf8').on('data', (chunk: string) => { tail = (tail + chunk).slice(-TAIL); });
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (child.pid !== undefined) return;
    ended = true;
    isGone();
    exit.error(notStarted(launch, error, existsSync(launch.cwd)));
  });
  child.once('exit', (code, signal) => {
    ended = true;
    exit.next({ code, signal });
    exit.complete();
  });

  /** Until nothing of the group is left, or the time is up. */
  async function untilGone(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    await lastValueFrom(exit.pipe(takeUntil(timer(ms))), { defaultValue: undefined });
    if (!ended) return false;
    for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
      if (!await groupIsAlive(pid!)) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await sleep(Math.min(pause, left));
    }
  }

  async function end(): Promise<void> {
    if (pid !== undefined && !(ended && !await groupIsAlive(pid))) {
      signalGroup(pid, 'SIGTERM');
      if (!await untilGone(grace)) {
        signalGroup(pid, 'SIGKILL');
        // Nothing survives that, but it takes a moment; what hangs in the kernel is not waited for.
        await untilGone(250);
        child.unref();
      }
    }
    await runAfter?.();
    unguard();
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
    isGone();
  }

  return {
    pid, stdin, stdout, stderr, exit, gone,
    stderrTail: () => tail,
    ref: () => { child.ref(); },
    unref: () => { child.unref(); },
    stop: () => stopping ??= end(),
  };
}

function spawnInGroup(launch: Launch): ChildProcessWithoutNullStreams {
  if (process.platform === 'win32') {
    throw new NotStartedError('Programs are started in process groups, which Windows does not have. Run this under WSL.');
  }
  const { file, args, cwd, env } = launch;
  try {
    return spawn(file, args, { cwd, env, detached: true, stdio: 'pipe' });
  } catch (error) {
    // Some causes are thrown at once, such as arguments that are too long.
    throw notStarted(launch, error as NodeJS.ErrnoException, existsSync(cwd));
  }
}
